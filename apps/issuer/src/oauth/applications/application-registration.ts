import type { RegisterApplicationBody, RegisteredApplication } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { formatOpaqueToken, newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { keyNotUsable } from '../../keys/keyring.errors.js';
import { SigningKeys } from '../../keys/signing-keys.js';
import { CustomScopes, refuseUndefined } from '../../permissions/scopes/custom-scopes.js';
import { refuseOutsidePolicy } from '../../tenants/policy-rules.js';
import { Tenants } from '../../tenants/tenants.js';
import { secretOf } from '../../tokens/new-secret.js';
import { ClientCertificates } from '../provider/client-certificates.js';
import { applicationInvalid } from './application.errors.js';
import { Applications } from './applications.js';
import { refuseWeakProof } from './client-keys.js';

const NO_CERTIFICATES = 'this issuer is not set up for client certificates';

/** How an application comes into being, through the management API or by RFC 7591. */
@Injectable()
export class ApplicationRegistration {
  constructor(
    @Inject(Applications) private readonly applications: Applications,
    @Inject(SigningKeys) private readonly keys: SigningKeys,
    @Inject(Tenants) private readonly tenants: Tenants,
    @Inject(CustomScopes) private readonly scopes: CustomScopes,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
  ) {}

  async register(
    terms: RegisterApplicationBody,
    caller: Principal,
    traceparent: string,
  ): Promise<RegisteredApplication> {
    if (!this.keys.signer(terms.signingAlgorithm)) await this.keys.refresh(); // it may just have begun to sign
    if (!this.keys.signer(terms.signingAlgorithm))
      throw keyNotUsable(`No ${terms.signingAlgorithm} key signs yet. Rotate the algorithm in first.`);
    this.refuseUnusable(terms);
    await this.refuseOutsidePolicy(terms.scopes, caller);
    const applicationId = newId('app');
    const needsNone = terms.authentication === 'public' || terms.proof !== undefined;
    const clientSecret = needsNone ? null : this.newClientSecret();
    const secret = clientSecret === null ? null : secretOf(clientSecret, this.config);
    const command = { kind: 'register', applicationId, terms, secret, grantedBy: caller.scopes } as const;
    await this.applications.handle(caller.tenant, command, { actor: caller.actor, traceparent });
    return { ...(await this.applications.get(caller.tenant, applicationId)), clientSecret };
  }

  /** @throws DomainError `body-invalid` for a proof that is weak, or that this issuer cannot see. */
  refuseUnusable(terms: Pick<RegisterApplicationBody, 'proof' | 'certificateBoundTokens'>): void {
    const { areSeen, areVouchedFor } = new ClientCertificates(this.config);
    if (terms.certificateBoundTokens && !areSeen)
      throw applicationInvalid('certificateBoundTokens', `${NO_CERTIFICATES} (CLIENT_CERTIFICATE_HEADER)`);
    if (!terms.proof) return;
    refuseWeakProof(terms.proof);
    const { method } = terms.proof;
    if (method === 'attest_jwt_client_auth' && !this.config.CLIENT_ATTESTATION)
      throw applicationInvalid('proof.method', 'this issuer takes no attestations (CLIENT_ATTESTATION)');
    if (method === 'self_signed_tls_client_auth' && !areSeen)
      throw applicationInvalid('proof.method', `${NO_CERTIFICATES} (CLIENT_CERTIFICATE_HEADER)`);
    if (method === 'tls_client_auth' && !areVouchedFor)
      throw applicationInvalid('proof.method', `${NO_CERTIFICATES} (CLIENT_CA)`);
  }

  /** What a caller may not give to a token, he may not give to an application that asks for tokens either. */
  async refuseOutsidePolicy(scopes: readonly string[], { tenant, scopes: held }: Principal): Promise<void> {
    const policy = await this.tenants.policyOf(tenant);
    refuseOutsidePolicy(policy, { scopes }, held);
    refuseUndefined(scopes, await this.scopes.grantable(tenant, policy));
  }

  /** In the shape of a token, so that scanners find a leaked one; its prefix says what it is. */
  newClientSecret(): string {
    return formatOpaqueToken(`${this.config.TOKEN_PREFIX.slice(0, 13)}app`, this.config.TOKEN_ENVIRONMENT);
  }
}
