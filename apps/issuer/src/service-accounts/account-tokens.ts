import type { ServiceAccountEffect } from '@gatehouse/contracts';
import type { EventMetadata } from '@gatehouse/event-store';
import { TokenVerifier } from '@gatehouse/http';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withinOf } from '../permissions/grantable.js';
import type { IssueToken, TokenCommand } from '../tokens/token.commands.js';
import { TokenHandler } from '../tokens/token.handler.js';
import type { ServiceAccountCommand } from './service-account.decider.js';

type Effect = Omit<ServiceAccountEffect, 'dryRun'>;
type Change = Exclude<TokenCommand, IssueToken>;

interface LiveToken {
  id: string;
  scopes: string[];
}

/** Carries what happens to a service account over to its tokens, each by an event of its own: gateways need no more. */
@Injectable()
export class AccountTokens {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(TokenHandler) private readonly tokens: TokenHandler,
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
  ) {}

  /**
   * In the transaction that has changed the account.
   * @throws DomainError `token-protected` when that would revoke a protected token: then nothing of it happens.
   */
  async follow(tenant: string, command: ServiceAccountCommand, metadata: EventMetadata): Promise<Effect> {
    const effect: Effect = { suspended: 0, resumed: 0, narrowed: 0, revoked: 0 };
    for (const token of await this.live(tenant, command.serviceAccountId)) {
      const change = changeFor(token, command);
      if (!change) continue;
      const { added } = await this.tokens.handle(tenant, change, metadata);
      this.verifier.forget(token.id);
      if (added.length > 0) effect[COUNTED[change.kind]]++;
    }
    return effect;
  }

  /** They are `MOST_ACCOUNT_TOKENS` at most. */
  private live(tenant: string, serviceAccountId: string): Promise<LiveToken[]> {
    return this.dataSource.query(
      `select id, scopes from token_summary where tenant = $1 and service_account_id = $2
         and revoked_at is null and (expires_at is null or expires_at > now()) order by id`,
      [tenant, serviceAccountId],
    );
  }
}

type FollowingChange = Extract<Change, { kind: 'suspend' | 'resume' | 'update' | 'revoke' }>;

const COUNTED = {
  suspend: 'suspended',
  resume: 'resumed',
  update: 'narrowed',
  revoke: 'revoked',
} as const satisfies Record<FollowingChange['kind'], keyof Effect>;

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
