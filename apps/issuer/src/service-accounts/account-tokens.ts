import type { ServiceAccountEffect } from '@gatehouse/contracts';
import type { EventMetadata } from '@gatehouse/event-store';
import { TokenVerifier } from '@gatehouse/http';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withinOf } from '../permissions/grantable.js';
import type { IssueToken, TokenCommand } from '../tokens/token.commands.js';
import { FAMILY_OF_ACCOUNT, IS_LIVE } from '../tokens/issued-with.js';
import { TokenHandler } from '../tokens/token.handler.js';
import { MOST_ACCOUNT_TOKENS } from './account-bounds.js';
import type { ServiceAccountCommand } from './service-account.decider.js';

type Effect = Omit<ServiceAccountEffect, 'dryRun' | 'accessTokens'>;
type Change = Exclude<TokenCommand, IssueToken>;

interface LiveToken {
  id: string;
  scopes: string[];
}

/**
 * Carries what happens to a service account over to its tokens, and to what was issued with them, each by an event of its own:
 * gateways need no more.
 */
@Injectable()
export class AccountTokens {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(TokenHandler) private readonly tokens: TokenHandler,
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
  ) {}

  /**
   * In the transaction that has changed the account; at most so many with each call as an account has tokens of its own.
   * @throws DomainError `token-protected` when that would revoke a protected token: then nothing of it happens.
   */
  async follow(tenant: string, command: ServiceAccountCommand, metadata: EventMetadata): Promise<Effect> {
    const reached = await this.reached(tenant, command);
    const effect: Effect = {
      suspended: 0,
      resumed: 0,
      narrowed: 0,
      revoked: 0,
      complete: reached.length <= MOST_ACCOUNT_TOKENS,
    };
    for (const token of reached.slice(0, MOST_ACCOUNT_TOKENS)) {
      const change = changeFor(token, command);
      if (!change) continue;
      const { added } = await this.tokens.handle(tenant, change, metadata);
      this.verifier.forget(token.id);
      if (added.length > 0) effect[COUNTED[change.kind]]++;
    }
    return effect;
  }

  /** Its own come first, so that nothing more is issued with them; then the protected, which stop a deletion while it can stop. */
  private async reached(
    tenant: string,
    { kind, serviceAccountId }: ServiceAccountCommand,
  ): Promise<LiveToken[]> {
    const which = REACHED[kind];
    if (!which) return [];
    return this.dataSource.query(
      `${which.family ?? ''}
       select t.id, t.scopes from token_summary t where t.tenant = $1 and ${IS_LIVE} and ${which.condition}
       order by coalesce(t.service_account_id = $2, false) desc, t.protected desc, t.id limit $3`,
      [tenant, serviceAccountId, MOST_ACCOUNT_TOKENS + 1],
    );
  }
}

const IN_FAMILY = 't.id in (select id from family)';

/** SQL: the tokens that still have to follow what happens to account $2. */
const REACHED: Record<ServiceAccountCommand['kind'], { family?: string; condition: string } | undefined> = {
  create: undefined,
  update: { condition: 't.service_account_id = $2' },
  suspend: { family: FAMILY_OF_ACCOUNT, condition: `${IN_FAMILY} and t.suspended_reason is null` },
  resume: { condition: 't.suspended_with = $2' },
  delete: { family: FAMILY_OF_ACCOUNT, condition: IN_FAMILY },
};

type FollowingChange = Extract<Change, { kind: 'suspend' | 'resume' | 'update' | 'revoke' }>;

const COUNTED = {
  suspend: 'suspended',
  resume: 'resumed',
  update: 'narrowed',
  revoke: 'revoked',
} as const satisfies Record<FollowingChange['kind'], Exclude<keyof Effect, 'complete'>>;

function changeFor(
  { id: tokenId, scopes }: LiveToken,
  command: ServiceAccountCommand,
): FollowingChange | undefined {
  const { serviceAccountId: withAccount } = command;
  const now = new Date();
  switch (command.kind) {
    case 'create':
      return undefined;
    case 'update': {
      const left = withinOf(scopes, command.changes.scopes ?? scopes);
      if (left.length === scopes.length) return undefined;
      const reason = `service account ${withAccount} holds none of its scopes any more`;
      return left.length === 0
        ? { kind: 'revoke', tokenId, reason }
        : { kind: 'update', tokenId, now, scopes: left, grantedBy: 'system' };
    }
    case 'suspend':
    case 'resume':
      return { kind: command.kind, tokenId, now, reason: because(command), withAccount };
    case 'delete':
      return { kind: 'revoke', tokenId, reason: because(command) };
  }
}

const because = ({ serviceAccountId, reason }: { serviceAccountId: string; reason: string }): string =>
  `${reason} (with ${serviceAccountId})`;
