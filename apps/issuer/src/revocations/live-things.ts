import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FAMILY_OF_ACCOUNT, familyOf, IS_LIVE } from '../tokens/issued-with.js';

/** Whose tokens; what was issued with those ends with them. */
export type Target =
  | { kind: 'nothing'; of: string }
  | { kind: 'family'; of: string }
  | { kind: 'application'; of: string }
  | { kind: 'user'; of: string }
  | { kind: 'identity'; of: string }
  | { kind: 'service-account'; of: string }
  /** Except the token of whoever asks: he would lock himself out. */
  | { kind: 'tenant'; of: string };

/** SQL: whose tokens, with what was issued with them, are `family`, as of tenant $1 and $2. */
const FAMILIES: Partial<Record<Target['kind'], string>> = {
  family: familyOf('t.id = $2'),
  application: familyOf(`(t.application_id = $2 or t.created_by = 'application:' || $2)`),
  user: familyOf(`(t.user_id = $2 or t.created_by = 'user:' || $2)`),
  identity: familyOf('t.identity_id = $2'),
  'service-account': FAMILY_OF_ACCOUNT,
};

const ACCESS_TOKENS_OF: Record<Target['kind'], string | undefined> = {
  nothing: undefined,
  family: undefined, // what was exchanged for a token ends with it
  application: 'a.application_id = $2',
  user: 'a.user_id = $2',
  identity: undefined, // what was exchanged for a token ends with it
  'service-account': 'a.service_account_id = $2',
  tenant: '$2::text is not null',
};

const GRANTS_OF: Record<Target['kind'], string | undefined> = {
  nothing: undefined,
  family: undefined,
  application: 'g.application_id = $2',
  user: 'g.user_id = $2',
  identity: undefined,
  'service-account': undefined,
  tenant: '$2::text is not null',
};

/** Ids of what still lives, in their order, at most so many. */
@Injectable()
export class LiveThings {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Never the token that $2 names itself: it has ended already, or is the one that asks. */
  async tokens(
    tenant: string,
    { kind, of }: Target,
    limit: number,
  ): Promise<{ id: string; protected: boolean }[]> {
    if (kind === 'nothing') return [];
    const family = FAMILIES[kind];
    const which = family ? 't.id in (select id from family)' : `t.created_by not like 'system:%'`;
    return this.dataSource.query(
      `${family ?? ''}
       select t.id, t.protected from token_summary t
       where t.tenant = $1 and t.id <> $2 and ${IS_LIVE} and ${which}
       order by t.protected, t.id limit $3`,
      [tenant, of, limit],
    );
  }

  async accessTokens(tenant: string, { kind, of }: Target, limit: number): Promise<{ id: string }[]> {
    const which = ACCESS_TOKENS_OF[kind];
    if (!which) return [];
    return this.dataSource.query(
      `select a.id from access_token a
       where a.tenant = $1 and a.revoked_at is null and a.expires_at > now() and ${which}
       order by a.id limit $3`,
      [tenant, of, limit],
    );
  }

  /** Under the keys they are kept by. */
  async grants(tenant: string, { kind, of }: Target, limit: number): Promise<{ id: string }[]> {
    const which = GRANTS_OF[kind];
    if (!which) return [];
    return this.dataSource.query(
      `select g.id from oauth_artifact g join application owner on owner.id = g.application_id
       where owner.tenant = $1 and g.model = 'Grant' and (g.expires_at is null or g.expires_at > now()) and ${which}
       order by g.id limit $3`,
      [tenant, of, limit],
    );
  }
}
