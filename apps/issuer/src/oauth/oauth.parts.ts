import type { Provider, Type } from '@nestjs/common';
import { AccessTokenClaims } from './access-tokens/access-token-claims.js';
import { AccessTokens } from './access-tokens/access-tokens.js';
import { AccessTokensController } from './access-tokens/access-tokens.controller.js';
import { ConsumeTokenController } from './access-tokens/consume-token.controller.js';
import { LookupAccessTokenController } from './access-tokens/lookup-access-token.controller.js';
import { SingleUseTokens } from './access-tokens/single-use-tokens.js';
import { ApplicationRegistration } from './applications/application-registration.js';
import { RegistrationController } from './registration/registration.controller.js';
import { OwnApiTokens } from './access-tokens/own-api-tokens.js';
import { Applications } from './applications/applications.js';
import { ApplicationsController } from './applications/applications.controller.js';
import { Artifacts } from './artifacts/artifacts.js';
import { ExpiredArtifacts } from './artifacts/expired-artifacts.js';
import { Families } from './artifacts/families.js';
import { Redemptions } from './artifacts/redemptions.js';
import { ConsentPages } from './pages/consent-pages.js';
import { Interactions } from './pages/interactions.js';
import { LoginPages } from './pages/login-pages.js';
import { PageRoutes } from './pages/page-routes.js';
import { AccessTokenRecorder } from './provider/access-token-recorder.js';
import { OAuthEndpoints } from './provider/oauth-endpoints.js';
import { OidcEngine } from './provider/oidc-engine.js';
import { StructuredTokens } from './provider/structured-tokens.js';
import { Resources } from './resources/resources.js';
import { ResourcesController } from './resources/resources.controller.js';
import { TrustedIssuers } from './workloads/trusted-issuers.js';
import { TrustedIssuersController } from './workloads/trusted-issuers.controller.js';
import { WorkloadAssertions } from './workloads/workload-assertions.js';

/** The management API of OAuth's parts. */
export const oauthControllers: Type[] = [
  ApplicationsController,
  AccessTokensController,
  ConsumeTokenController,
  LookupAccessTokenController,
  TrustedIssuersController,
  ResourcesController,
  RegistrationController,
];

/** What OAuth 2.0 and OpenID Connect are made of here. */
export const oauthProviders: Provider[] = [
  AccessTokens,
  SingleUseTokens,
  AccessTokenClaims,
  OwnApiTokens,
  Applications,
  Artifacts,
  ExpiredArtifacts,
  Families,
  Redemptions,
  AccessTokenRecorder,
  StructuredTokens,
  TrustedIssuers,
  Resources,
  ApplicationRegistration,
  WorkloadAssertions,
  OidcEngine,
  Interactions,
  LoginPages,
  ConsentPages,
  PageRoutes,
  OAuthEndpoints,
];
