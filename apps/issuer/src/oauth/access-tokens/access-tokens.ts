import { type AccessTokenIssued, AccessTokenIssued as Definition } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata, GroupedCalls } from '@gatehouse/event-store';
import { newEventId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import { accessTokenDecider, accessTokenEventOf } from './access-token.decider.js';
import { projectEnds } from './access-token.projection.js';

const AT_ONCE = 500;
const LARGEST_GROUP = 100;
/** One is being committed while the next is being stated. */
const GROUPS_AT_ONCE = 2;

/** Why a token was not issued. */
export type IssueRefusal =
  | 'grant-ended'
  | 'application-disabled'
  | 'key-ended'
  | 'subject-ended'
  | 'trust-ended'
  | 'user-ended'
  | 'account-ended';

interface NewAccessToken {
  readonly tenant: string;
  readonly data: AccessTokenIssued['data'];
  /** The grant, or the trust in a workload's issuer, that must still be there. */
  readonly link: string | null;
  readonly metadata: EventMetadata;
}

/** The column that says on whom, or on what, a token hangs. */
type Holder =
  | 'grant_key'
  | 'application_id'
  | 'key_id'
  | 'subject_token_id'
  | 'user_id'
  | 'trusted_issuer_id'
  | 'service_account_id';

/** What is known of an access token that was issued here. */
export interface KnownAccessToken {
  id: string;
  tenant: string;
  application_id: string;
  revoked: boolean;
}

/** Access tokens of all grants: no token without its event, and an end to those that must not live on. */
@Injectable()
export class AccessTokens {
  private readonly issuing = new GroupedCalls({
    call: (tokens: readonly NewAccessToken[]) => this.commit(tokens),
    most: LARGEST_GROUP,
    atOnce: GROUPS_AT_ONCE,
  });

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
  ) {}

  /**
   * Commits the event and the read model of a token that does not exist yet.
   * @param grantKey under which the grant is kept; it must still be there.
   */
  async issue(
    tenant: string,
    data: AccessTokenIssued['data'],
    grantKey: string | null,
    metadata: EventMetadata,
  ): Promise<'issued' | IssueRefusal> {
    const link = data.workload ? data.workload.trustedIssuerId : grantKey;
    return this.issuing.join({ tenant, data: Definition.data.parse(data), link, metadata });
  }

  private async commit(tokens: readonly NewAccessToken[]): Promise<('issued' | IssueRefusal)[]> {
    const rows = await this.dataSource.query<{ outcome: 'issued' | IssueRefusal }[]>(
      'select issue_access_tokens($1, $2, $3::jsonb[], $4::jsonb[], $5) as outcome',
      [
        tokens.map(() => newEventId()),
        tokens.map(({ tenant }) => tenant),
        tokens.map(({ metadata }) => JSON.stringify(metadata)),
        tokens.map(({ data }) => JSON.stringify(data)),
        tokens.map(({ link }) => link),
      ],
    );
    const outcomes = rows.map(({ outcome }) => outcome);
    if (outcomes.includes('issued')) this.outgoing.wake();
    return outcomes;
  }

  async find(id: string): Promise<KnownAccessToken | undefined> {
    const [row] = await this.dataSource.query<KnownAccessToken[]>(
      'select id, tenant, application_id, revoked_at is not null as revoked from access_token where id = $1',
      [id],
    );
    return row;
  }

  /** Revokes one token; nothing happens when it has ended already. */
  async revoke(tenant: string, tokenId: string, reason: string, metadata: EventMetadata): Promise<void> {
    const handler = new CommandHandler(this.dataSource, accessTokenDecider, accessTokenEventOf, projectEnds);
    const command = { kind: 'revoke', tokenId, reason, now: new Date() } as const;
    const { added } = await handler.handle({ id: tokenId, tenant }, command, metadata);
    this.outgoing.announce(added);
  }

  /** Revokes all tokens of a grant that has ended. */
  revokeOfGrant(grantKey: string, reason: string, metadata: EventMetadata): Promise<number> {
    return this.revokeAll('grant_key', grantKey, reason, metadata);
  }

  /** Revokes all tokens of an application that has been disabled. */
  revokeOfApplication(applicationId: string, reason: string, metadata: EventMetadata): Promise<number> {
    return this.revokeAll('application_id', applicationId, reason, metadata);
  }

  /** Revokes all tokens that stand for a person who was disabled or erased. */
  revokeOfUser(userId: string, reason: string, metadata: EventMetadata): Promise<number> {
    return this.revokeAll('user_id', userId, reason, metadata);
  }

  /** Revokes everything a key has signed that still lives. */
  revokeOfKey(keyId: string, reason: string, metadata: EventMetadata): Promise<number> {
    return this.revokeAll('key_id', keyId, reason, metadata);
  }

  /** Revokes what an API token that has ended was exchanged for. */
  revokeOfSubject(tokenId: string, reason: string, metadata: EventMetadata): Promise<number> {
    return this.revokeAll('subject_token_id', tokenId, reason, metadata);
  }

  /** Revokes what workloads got on the word of an outside issuer. */
  revokeOfTrustedIssuer(id: string, reason: string, metadata: EventMetadata): Promise<number> {
    return this.revokeAll('trusted_issuer_id', id, reason, metadata);
  }

  /** Revokes what applications hold that act as a service account. @returns how many that were. */
  revokeOfServiceAccount(id: string, reason: string, metadata: EventMetadata): Promise<number> {
    return this.revokeAll('service_account_id', id, reason, metadata);
  }

  /** How many live tokens applications hold that act as a service account. */
  async countOfServiceAccount(id: string): Promise<number> {
    const [row] = await this.dataSource.query<{ live: number }[]>(
      `select count(*)::int as live from access_token
       where service_account_id = $1 and revoked_at is null and expires_at > now()`,
      [id],
    );
    return row!.live;
  }

  /** Forgets tokens that have long expired; their streams stay. At most `limit` rows. */
  async forgetExpired(limit: number): Promise<void> {
    await this.dataSource.query(
      `delete from access_token where id = any(array(
         select id from access_token where expires_at < now() - interval '1 day' limit $1))`,
      [limit],
    );
  }

  private async revokeAll(
    column: Holder,
    value: string,
    reason: string,
    metadata: EventMetadata,
  ): Promise<number> {
    await this.waitForIssuing(value);
    for (let revoked = 0; ; ) {
      const live = await this.dataSource.query<{ id: string; tenant: string }[]>(
        `select id, tenant from access_token left join workload_token on token_id = id
         where ${column} = $1 and revoked_at is null and expires_at > now() order by id limit $2`,
        [value, AT_ONCE],
      );
      for (const { id, tenant } of live) await this.revoke(tenant, id, reason, metadata);
      revoked += live.length;
      if (live.length < AT_ONCE) return revoked;
    }
  }

  /** What was being issued when the end was committed is there after this; nothing more comes. */
  private async waitForIssuing(lock: string): Promise<void> {
    await this.dataSource.transaction((manager) =>
      manager.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [lock]),
    );
  }
}
