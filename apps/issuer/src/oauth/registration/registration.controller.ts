import { timingSafeEqual } from 'node:crypto';
import { type ApplicationView, RegisterApplicationBody } from '@gatehouse/contracts';
import { Caller, Operation, parseWith, type Principal, Public, Requires, Trace } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Res,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { AccessTokens } from '../access-tokens/access-tokens.js';
import { ApplicationRegistration } from '../applications/application-registration.js';
import { applicationInvalid } from '../applications/application.errors.js';
import { Applications, type EnabledApplication } from '../applications/applications.js';
import { isSecretOf } from '../provider/client-registration.js';
import { bodyOf, ClientMetadata, metadataOf, ReplacedMetadata } from './client-metadata.js';
import { registrationTokenUnknown, tokenVersionOf } from './replace-registration.js';

/** RFC 7591 §3.2.1. */
const ClientInformation = z.record(z.string(), z.unknown());

/**
 * Dynamic client registration (RFC 7591) and its management (RFC 7592), off by default. The initial access token is a
 * token that may register applications; whoever holds it can give no scope that it has not.
 */
@Controller('oauth/register')
export class RegistrationController {
  private readonly hash: (text: string) => string;

  constructor(
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
    @Inject(ApplicationRegistration) private readonly registration: ApplicationRegistration,
    @Inject(Applications) private readonly applications: Applications,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
  ) {
    this.hash = config.MASTER_KEY.hashFor('client registration');
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
    return inItsWords(reply, async () => {
      const terms = parseWith(RegisterApplicationBody, bodyOf(parseWith(ClientMetadata, body)));
      const { clientSecret, ...registered } = await this.registration.register(terms, caller, traceparent);
      const secret =
        clientSecret === null ? {} : { client_secret: clientSecret, client_secret_expires_at: 0 };
      return { ...this.informationOf(registered), ...secret };
    });
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

  /** RFC 7592 §2.2: the client as it is from now on, with another registration access token; the one it used is spent. */
  @Put(':id')
  @Public()
  @Operation('Replace a registered client (RFC 7592)', ClientInformation)
  async replace(
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers('authorization') authorization: string | undefined,
    @Trace() traceparent: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    const { tenant, terms: current, secrets } = await this.itself(id, authorization);
    return inItsWords(reply, async () => {
      const { client_id: named, client_secret: secret, ...metadata } = parseWith(ReplacedMetadata, body);
      if (named !== id) throw applicationInvalid('client_id', 'is another client’s');
      if (secret !== undefined && !isSecretOf(secrets, secret, this.config.TOKEN_PEPPERS, new Date()))
        throw applicationInvalid('client_secret', 'is not the client’s; leave it out');
      const terms = parseWith(RegisterApplicationBody, bodyOf(metadata));
      this.registration.refuseUnusable(terms);
      const tokenVersion = tokenVersionOf(current);
      const command = { kind: 'replace-registration', applicationId: id, terms, tokenVersion } as const;
      await this.applications.handle(tenant, command, { actor: `application:${id}`, traceparent });
      return this.informationOf(await this.applications.get(tenant, id));
    });
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
  private async itself(id: string, authorization = ''): Promise<EnabledApplication> {
    this.refuseWhenOff();
    const application = await this.applications.enabled(id);
    const version = application ? tokenVersionOf(application.terms) : 0;
    const [expected, presented] = [`Bearer ${this.accessTokenOf(id, version)}`, authorization].map((text) =>
      Buffer.from(text),
    );
    const same = expected!.length === presented!.length && timingSafeEqual(expected!, presented!);
    if (!application || !same) throw registrationTokenUnknown();
    return application;
  }

  /** Worked out, not kept; each replacement of the registration makes it another one. */
  private accessTokenOf(id: string, version: number): string {
    return this.hash(version === 0 ? id : `${id}#${version}`);
  }

  private informationOf({ id, createdAt, ...terms }: ApplicationView): Record<string, unknown> {
    return {
      client_id: id,
      client_id_issued_at: Math.floor(Date.parse(createdAt) / 1000),
      registration_client_uri: `${issuerOf(this.config)}/oauth/register/${id}`,
      registration_access_token: this.accessTokenOf(id, tokenVersionOf(terms)),
      ...metadataOf(terms),
    };
  }

  private refuseWhenOff(): void {
    if (!this.config.DYNAMIC_REGISTRATION)
      throw new DomainError('not-found', 'not-found', 'Clients do not register themselves here.');
  }
}

/** RFC 7591 §3.2: not to be kept by caches; refusals of what was sent are in OAuth's words. */
async function inItsWords(
  reply: FastifyReply,
  work: () => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  void reply.header('cache-control', 'no-store');
  try {
    return await work();
  } catch (error) {
    const isRefusal = error instanceof DomainError && !UNTOLD.has(error.kind);
    if (!isRefusal) throw error;
    void reply.status(400);
    return refusalOf(error);
  }
}

/** Not about what was sent. */
const UNTOLD = new Set(['internal', 'unavailable', 'unauthenticated']);

/** RFC 7591 §3.2.2. */
const refusalOf = ({ detail }: DomainError): Record<string, string> => ({
  error: /^redirect_?uris/i.test(detail) ? 'invalid_redirect_uri' : 'invalid_client_metadata',
  error_description: detail,
});
