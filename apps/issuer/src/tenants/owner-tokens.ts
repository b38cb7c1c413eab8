import { type IssuedToken, OPEN_POLICY, type OwnerTokenBody, scopeOfRole } from '@gatehouse/contracts';
import type { EventMetadata } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { IssueTokenService } from '../tokens/issue-token/issue-token.service.js';
import { Tenants } from './tenants.js';

/** Lets an owner into a tenant by a token of the tenant's own. */
@Injectable()
export class OwnerTokens {
  constructor(
    @Inject(Tenants) private readonly tenants: Tenants,
    @Inject(IssueTokenService) private readonly tokens: IssueTokenService,
  ) {}

  /** @throws DomainError `not-found`. The tenant's policy does not bind the operator. */
  async issue(tenantId: string, body: OwnerTokenBody, metadata: EventMetadata): Promise<IssuedToken> {
    const {
      id: tenant,
      policy: { tokenPrefix },
    } = await this.tenants.get(tenantId);
    const policy = { ...OPEN_POLICY, tokenPrefix };
    const issue = { ...body, scopes: [scopeOfRole('owner')] };
    return this.tokens.issueFor({ tenant, policy, grantedBy: 'system' }, issue, metadata);
  }
}
