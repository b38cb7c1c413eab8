import {
  PageLimit,
  pageOf,
  ReasonBody,
  TrustedIssuerId,
  TrustedIssuerView,
  TrustIssuerBody,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { newId } from '@gatehouse/kernel';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { applicationInvalid, applicationNotFound } from '../applications/application.errors.js';
import { Applications } from '../applications/applications.js';
import { refuseWeakKeys } from '../applications/client-keys.js';
import { TOKEN_EXCHANGE } from '../provider/grant-types.js';
import { refuseUnreachable } from './jwks-fetch.js';
import { MOST_PER_APPLICATION, TrustedIssuers } from './trusted-issuers.js';
import { TeamReach } from '../../teams/reach.js';
import { WithinReach } from '../../teams/within-reach.guard.js';
import { trustedIssuerNotFound } from './trusted-issuer.decider.js';

const ListQuery = z.strictObject({ cursor: TrustedIssuerId.optional(), limit: PageLimit });

/** Outside issuers (Kubernetes, CI) whose workloads may act as an application without any secret (RFC 7523, RFC 8693). */
@Controller('v1/trusted-issuers')
export class TrustedIssuersController {
  constructor(
    @Inject(TrustedIssuers) private readonly issuers: TrustedIssuers,
    @Inject(Applications) private readonly applications: Applications,
    @Inject(TeamReach) private readonly reach: TeamReach,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
  ) {}

  @Post()
  @Requires('apps:write')
  @Operation('Trust an outside issuer under conditions', TrustedIssuerView)
  async trust(
    @Body({ schema: TrustIssuerBody }) body: TrustIssuerBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<TrustedIssuerView> {
    await this.reach.refuseBeyond(caller, [body.applicationId], applicationNotFound);
    await this.refuseUnusable(caller.tenant, body);
    const id = newId('tru');
    const terms = { ...body, audience: body.audience ?? issuerOf(this.config) };
    await this.issuers.trust(caller.tenant, id, terms, { actor: caller.actor, traceparent });
    return this.issuers.get(caller.tenant, id);
  }

  @Get()
  @Requires('apps:read')
  @Operation('List trusted issuers', pageOf(TrustedIssuerView))
  async list(@Caller() caller: Principal, @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>) {
    return this.issuers.list(caller.tenant, await this.reach.of(caller), query);
  }

  @Get(':id')
  @WithinReach(trustedIssuerNotFound)
  @Requires('apps:read')
  @Operation('Read a trusted issuer', TrustedIssuerView)
  get(@Caller() caller: Principal, @Param('id') id: string): Promise<TrustedIssuerView> {
    return this.issuers.get(caller.tenant, id);
  }

  /** Ends the trust, and the tokens it gave. */
  @Post(':id/distrust')
  @WithinReach(trustedIssuerNotFound)
  @HttpCode(204)
  @Requires('apps:write')
  @Operation('Trust an issuer no longer, and end what was given on its word')
  async distrust(
    @Param('id') id: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    await this.issuers.distrust(caller.tenant, id, reason, { actor: caller.actor, traceparent });
  }

  private async refuseUnusable(tenant: string, body: TrustIssuerBody): Promise<void> {
    const application = await this.applications.get(tenant, body.applicationId);
    if (!application.grantTypes.includes(TOKEN_EXCHANGE))
      throw applicationInvalid('applicationId', `an application with the grant ${TOKEN_EXCHANGE}`);
    const foreign = body.scopes.filter((scope) => !application.scopes.includes(scope));
    if (foreign.length > 0)
      throw applicationInvalid('scopes', `the application may not do ${foreign.slice(0, 3).join(', ')}`);
    if ((await this.issuers.ofApplication(application.id)).length >= MOST_PER_APPLICATION)
      throw applicationInvalid('applicationId', `at most ${MOST_PER_APPLICATION} trusted issuers each`);
    if ('jwksUri' in body.keys) refuseUnreachable(body.keys.jwksUri, this.config.PEERS_ON_LOOPBACK);
    else refuseWeakKeys('keys.jwks.keys', body.keys.jwks.keys);
  }
}
