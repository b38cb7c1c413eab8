import {
  ApplicationId,
  type ApplicationView,
  PageLimit,
  ReasonBody,
  RegisterApplicationBody,
  type RegisteredApplication,
  RotateApplicationSecretBody,
  UpdateApplicationBody,
} from '@gatehouse/contracts';
import { Caller, type Principal, Requires, Trace } from '@gatehouse/http';
import { formatOpaqueToken, newId } from '@gatehouse/kernel';
import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { keyNotUsable } from '../../keys/keyring.errors.js';
import { SigningKeys } from '../../keys/signing-keys.js';
import { secretOf } from '../../tokens/new-secret.js';
import { AccessTokens } from '../access-tokens/access-tokens.js';
import { ClientCertificates } from '../provider/client-certificates.js';
import type { ApplicationCommand } from './application.commands.js';
import { applicationInvalid } from './application.errors.js';
import { Applications } from './applications.js';
import { refuseWeakProof } from './client-keys.js';

const ListQuery = z.strictObject({ cursor: ApplicationId.optional(), limit: PageLimit });

const NO_CERTIFICATES = 'this issuer is not set up for client certificates';

/** OAuth clients: who may ask for tokens, and for which. */
@Controller('v1/applications')
export class ApplicationsController {
  constructor(
    @Inject(Applications) private readonly applications: Applications,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(SigningKeys) private readonly keys: SigningKeys,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
  ) {}

  @Post()
  @Requires('apps:write')
  async register(
    @Body({ schema: RegisterApplicationBody }) terms: RegisterApplicationBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<RegisteredApplication> {
    if (!this.keys.signer(terms.signingAlgorithm)) await this.keys.refresh(); // it may just have begun to sign
    if (!this.keys.signer(terms.signingAlgorithm))
      throw keyNotUsable(`No ${terms.signingAlgorithm} key signs yet. Rotate the algorithm in first.`);
    const applicationId = newId('app');
    this.refuseUnusable(terms);
    const needsNone = terms.authentication === 'public' || terms.proof !== undefined;
    const clientSecret = needsNone ? null : this.newClientSecret();
    const secret = clientSecret === null ? null : secretOf(clientSecret, this.config);
    const command = { kind: 'register', applicationId, terms, secret, grantedBy: caller.scopes } as const;
    return { ...(await this.apply(command, caller, traceparent)), clientSecret };
  }

  @Get()
  @Requires('apps:read')
  list(@Caller() caller: Principal, @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>) {
    return this.applications.list(caller.tenant, query);
  }

  @Get(':id')
  @Requires('apps:read')
  get(@Caller() caller: Principal, @Param('id') id: string): Promise<ApplicationView> {
    return this.applications.get(caller.tenant, id);
  }

  @Patch(':id')
  @Requires('apps:write')
  update(
    @Param('id') applicationId: string,
    @Body({ schema: UpdateApplicationBody }) changes: UpdateApplicationBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ApplicationView> {
    this.refuseUnusable(changes);
    const command = { kind: 'update', applicationId, changes, grantedBy: caller.scopes } as const;
    return this.apply(command, caller, traceparent);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @Requires('apps:write')
  async rotateSecret(
    @Param('id') applicationId: string,
    @Body({ schema: RotateApplicationSecretBody }) { overlapSeconds }: RotateApplicationSecretBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<RegisteredApplication> {
    const clientSecret = this.newClientSecret();
    const secret = secretOf(clientSecret, this.config);
    const command = {
      kind: 'rotate-secret',
      applicationId,
      secret,
      now: new Date(),
      overlapSeconds,
    } as const;
    return { ...(await this.apply(command, caller, traceparent)), clientSecret };
  }

  @Post(':id/disable')
  @HttpCode(200)
  @Requires('apps:write')
  async disable(
    @Param('id') applicationId: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ApplicationView> {
    const disabled = await this.apply({ kind: 'disable', applicationId, reason }, caller, traceparent);
    await this.tokens.revokeOfApplication(applicationId, 'application disabled', {
      actor: caller.actor,
      traceparent,
    });
    return disabled;
  }

  @Post(':id/enable')
  @HttpCode(200)
  @Requires('apps:write')
  enable(
    @Param('id') applicationId: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ApplicationView> {
    return this.apply({ kind: 'enable', applicationId, reason }, caller, traceparent);
  }

  private async apply(
    command: ApplicationCommand,
    caller: Principal,
    traceparent: string,
  ): Promise<ApplicationView> {
    await this.applications.handle(caller.tenant, command, { actor: caller.actor, traceparent });
    return this.applications.get(caller.tenant, command.applicationId);
  }

  private refuseUnusable(terms: Pick<RegisterApplicationBody, 'proof' | 'certificateBoundTokens'>): void {
    const { areSeen, areVouchedFor } = new ClientCertificates(this.config);
    if (terms.certificateBoundTokens && !areSeen)
      throw applicationInvalid('certificateBoundTokens', `${NO_CERTIFICATES} (CLIENT_CERTIFICATE_HEADER)`);
    if (!terms.proof) return;
    refuseWeakProof(terms.proof);
    const { method } = terms.proof;
    if (method === 'self_signed_tls_client_auth' && !areSeen)
      throw applicationInvalid('proof.method', `${NO_CERTIFICATES} (CLIENT_CERTIFICATE_HEADER)`);
    if (method === 'tls_client_auth' && !areVouchedFor)
      throw applicationInvalid('proof.method', `${NO_CERTIFICATES} (CLIENT_CA)`);
  }

  /** In the shape of a token, so that scanners find a leaked one; its prefix says what it is. */
  private newClientSecret(): string {
    return formatOpaqueToken(`${this.config.TOKEN_PREFIX.slice(0, 13)}app`, this.config.TOKEN_ENVIRONMENT);
  }
}
