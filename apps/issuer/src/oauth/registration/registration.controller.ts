import { timingSafeEqual } from 'node:crypto';
import { type ApplicationView, RegisterApplicationBody } from '@gatehouse/contracts';
import { Caller, Operation, parseWith, type Principal, Public, Requires, Trace } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { AccessTokens } from '../access-tokens/access-tokens.js';
import { ApplicationRegistration } from '../applications/application-registration.js';
import { Applications } from '../applications/applications.js';
import { bodyOf, ClientMetadata, metadataOf } from './client-metadata.js';

/** RFC 7591 §3.2.1. */
const ClientInformation = z.record(z.string(), z.unknown());

/**
 * Dynamic client registration (RFC 7591) and its management (RFC 7592), off by default. The initial access token is a
 * token that may register applications; whoever holds it can give no scope that it has not.
 */
@Controller('oauth/register')
export class RegistrationController {
  private readonly accessTokenOf: (applicationId: string) => string;

  constructor(
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
    @Inject(ApplicationRegistration) private readonly registration: ApplicationRegistration,
    @Inject(Applications) private readonly applications: Applications,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
  ) {
    this.accessTokenOf = config.MASTER_KEY.hashFor('client registration');
  }

  @Post()
  @Requires('apps:write')
  @Operation('Register a client (RFC 7591)', ClientInformation)
  async register(
    @Body() body: unknown,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    this.refuseWhenOff();
    void reply.header('cache-control', 'no-store');
    try {
      const terms = parseWith(RegisterApplicationBody, bodyOf(parseWith(ClientMetadata, body)));
      const { clientSecret, ...registered } = await this.registration.register(terms, caller, traceparent);
      const secret =
        clientSecret === null ? {} : { client_secret: clientSecret, client_secret_expires_at: 0 };
      return { ...this.informationOf(registered), ...secret };
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind === 'internal' || error.kind === 'unavailable')
        throw error;
      void reply.status(400);
      return refusalOf(error);
    }
  }

  @Get(':id')
  @Public()
  @Operation('Read a registered client (RFC 7592)', ClientInformation)
  async read(
    @Param('id') id: string,
    @Headers('authorization') authorization: string | undefined,
  ): Promise<Record<string, unknown>> {
    const { tenant } = await this.itself(id, authorization);
    return this.informationOf(await this.applications.get(tenant, id));
  }

  /** RFC 7592 §2.3: the application is disabled and its tokens revoked; its history stays. */
  @Delete(':id')
  @Public()
  @HttpCode(204)
  @Operation('End a registered client (RFC 7592)')
  async unregister(
    @Param('id') id: string,
    @Headers('authorization') authorization: string | undefined,
    @Trace() traceparent: string,
  ): Promise<void> {
    const { tenant } = await this.itself(id, authorization);
    const metadata = { actor: `application:${id}`, traceparent };
    const reason = 'unregistered by itself';
    await this.applications.handle(tenant, { kind: 'disable', applicationId: id, reason }, metadata);
    await this.tokens.revokeOfApplication(id, reason, metadata);
  }

  /** RFC 7592 §2: the registration access token is of this one client; of one that is gone it is nothing. */
  private async itself(id: string, authorization = ''): Promise<{ tenant: string }> {
    this.refuseWhenOff();
    const [expected, presented] = [`Bearer ${this.accessTokenOf(id)}`, authorization].map((text) =>
      Buffer.from(text),
    );
    const same = expected!.length === presented!.length && timingSafeEqual(expected!, presented!);
    const application = same ? await this.applications.enabled(id) : undefined;
    if (!application)
      throw new DomainError(
        'unauthenticated',
        'token-unknown',
        'Send the registration access token of the client.',
      );
    return application;
  }

  private informationOf({ id, createdAt, ...terms }: ApplicationView): Record<string, unknown> {
    return {
      client_id: id,
      client_id_issued_at: Math.floor(Date.parse(createdAt) / 1000),
      registration_client_uri: `${issuerOf(this.config)}/oauth/register/${id}`,
      registration_access_token: this.accessTokenOf(id),
      ...metadataOf(terms),
    };
  }

  private refuseWhenOff(): void {
    if (!this.config.DYNAMIC_REGISTRATION)
      throw new DomainError('not-found', 'not-found', 'Clients do not register themselves here.');
  }
}

/** RFC 7591 §3.2.2. */
const refusalOf = ({ detail }: DomainError): Record<string, string> => ({
  error: /^redirect_?uris/i.test(detail) ? 'invalid_redirect_uri' : 'invalid_client_metadata',
  error_description: detail,
});
