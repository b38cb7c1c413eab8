import {
  AddIdentityProviderBody,
  IdentityProviderId,
  IdentityProviderList,
  IdentityProviderView,
  LinkUserBody,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { applicationInvalid } from '../../oauth/applications/application.errors.js';
import { refuseUnreachable } from '../../oauth/workloads/jwks-fetch.js';
import { IdentityLinks } from './identity-links.js';
import { IdentityProviders, MOST_PER_TENANT } from './identity-providers.js';

/** OpenID Connect providers that people of the caller's tenant may sign in at. */
@Controller('v1/identity-providers')
export class IdentityProvidersController {
  constructor(
    @Inject(IdentityProviders) private readonly providers: IdentityProviders,
    @Inject(IdentityLinks) private readonly links: IdentityLinks,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
  ) {}

  @Post()
  @Requires('tenants:write')
  @Operation('Let people sign in at an OpenID Connect provider', IdentityProviderView)
  async add(
    @Body({ schema: AddIdentityProviderBody }) body: AddIdentityProviderBody,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<IdentityProviderView> {
    refuseUnreachable(body.issuer, this.config.PEERS_ON_LOOPBACK, 'issuer');
    if ((await this.providers.list(tenant)).length >= MOST_PER_TENANT)
      throw applicationInvalid('name', `at most ${MOST_PER_TENANT} identity providers a tenant; remove one`);
    return this.providers.add(tenant, body, { actor, traceparent });
  }

  @Get()
  @Requires('tenants:read')
  @Operation('List identity providers', IdentityProviderList)
  async list(@Caller() { tenant }: Principal): Promise<IdentityProviderList> {
    return { items: await this.providers.list(tenant), nextCursor: null };
  }

  @Get(':id')
  @Requires('tenants:read')
  @Operation('Get an identity provider', IdentityProviderView)
  get(
    @Param('id', { schema: IdentityProviderId }) id: string,
    @Caller() { tenant }: Principal,
  ): Promise<IdentityProviderView> {
    return this.providers.get(tenant, id);
  }

  /** For somebody who has an account already: her address alone proves nothing. Make sure of the subject. */
  @Post(':id/links')
  @HttpCode(204)
  @Requires('users:write')
  @Operation('Say who a subject of the provider is')
  link(
    @Param('id', { schema: IdentityProviderId }) id: string,
    @Body({ schema: LinkUserBody }) body: LinkUserBody,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    return this.links.link(tenant, id, body, { actor, traceparent });
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires('tenants:write')
  @Operation('Remove an identity provider, with its links')
  remove(
    @Param('id', { schema: IdentityProviderId }) id: string,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    return this.providers.remove(tenant, id, { actor, traceparent });
  }
}
