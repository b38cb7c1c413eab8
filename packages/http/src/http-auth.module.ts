import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthenticationGuard } from './authentication.guard.js';
import { IssuedAccessTokens } from './issued-access-tokens.js';
import type { AccessTokenLookup, TokenLookup } from './principal.js';
import { TokenVerifier } from './token-verifier.js';

/** Guards every endpoint of an application: {@link Requires} or {@link Public} on each. */
@Module({})
export class HttpAuthModule {
  /** For a service that asks the issuer: both are its HTTP client. Without `accessTokens`, API tokens alone let a caller in. */
  static register(options: { lookup: TokenLookup; accessTokens?: AccessTokenLookup }): DynamicModule {
    const verifier = new TokenVerifier(options.lookup);
    if (options.accessTokens) verifier.recognize(new IssuedAccessTokens(options.accessTokens));
    return HttpAuthModule.withVerifier(verifier);
  }

  /** For a service that must {@link TokenVerifier.forget} tokens itself. */
  static withVerifier(verifier: TokenVerifier): DynamicModule {
    return {
      module: HttpAuthModule,
      global: true,
      providers: [
        { provide: TokenVerifier, useValue: verifier },
        AuthenticationGuard,
        { provide: APP_GUARD, useExisting: AuthenticationGuard },
      ],
      exports: [TokenVerifier, AuthenticationGuard],
    };
  }
}
