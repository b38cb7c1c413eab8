import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ISSUE_ACCESS_TOKENS } from './issue-access-tokens.migration.js';

/** The tokens of a group are judged by one statement and begun by another, both planned once for a session. */
export class IssueGroupAtOnce1700000000320 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop function issue_access_tokens');
    await runner.query(issueGroupAtOnce(OF_NO_ACCOUNT));
    await runner.query('alter function enabled_applications set plan_cache_mode = force_generic_plan');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter function enabled_applications reset plan_cache_mode');
    await runner.query('drop function issue_access_tokens');
    await runner.query(ISSUE_ACCESS_TOKENS);
  }
}

/** What there is to say of tokens that belong to service accounts. */
export const OF_ACCOUNTS = {
  holder: `, (data->>'serviceAccountId')`,
  refusal: `
        when data ? 'serviceAccountId' and not exists (
          select from service_account s
          where s.id = data->>'serviceAccountId' and s.tenant = given.tenant and s.suspended_reason is null
        ) then 'account-ended'`,
  column: ', service_account_id',
  value: `, data->>'serviceAccountId'`,
};

/** As long as no application acts as one. */
export const OF_NO_ACCOUNT: typeof OF_ACCOUNTS = { holder: '', refusal: '', column: '', value: '' };

/**
 * An outcome for each token, in the order given; those that are `issued` have their event and their row. Whoever ends an
 * application, a grant, a key, an exchanged token, a trust or a person takes the same locks exclusively, so that no token
 * is issued behind its back: either the issue sees the end, or the end sees the token. All locks are taken first and in
 * one order, so that groups and ends never wait for each other in a circle; what is judged is read after that.
 *
 * Left to itself the planner makes a new plan for each call, because it knows how long these very arrays are; making it
 * costs more than what it does.
 * @param accounts what it knows of service accounts.
 */
export const issueGroupAtOnce = (accounts: typeof OF_ACCOUNTS): string => `
  create function issue_access_tokens(
    event_ids uuid[], tenants text[], metas jsonb[], datas jsonb[], links text[]
  ) returns setof text language plpgsql set plan_cache_mode = force_generic_plan as $$
  declare
    outcomes text[];
  begin
    perform pg_advisory_xact_lock_shared(lock) from (
      select distinct hashtextextended(holder, 0) as lock
      from unnest(datas, links) as given (data, linked), lateral (values
        (linked), (data->>'applicationId'), (data->>'keyId'), (data->>'subjectTokenId'), (data->>'userId')${accounts.holder}
      ) as holders (holder)
      where holder is not null
      order by lock
    ) as locks;
    outcomes := array(
      select case
        when data ? 'workload' and not exists (
          select from trusted_issuer t where t.id = link and t.tenant = given.tenant
        ) then 'trust-ended'
        when link is not null and not data ? 'workload' and not exists (
          select from oauth_artifact a where a.model = 'Grant' and a.id = link
        ) then 'grant-ended'
        when not exists (
          select from application a
          where a.id = data->>'applicationId' and a.tenant = given.tenant and a.status = 'enabled'
        ) then 'application-disabled'
        when data->>'keyId' is not null and not exists (
          select from signing_key k where k.key_id = data->>'keyId' and k.ended_at is null
        ) then 'key-ended'
        when data->>'subjectTokenId' is not null and not exists (
          select from token_summary t where t.id = data->>'subjectTokenId' and t.tenant = given.tenant
            and t.revoked_at is null and t.suspended_reason is null
        ) then 'subject-ended'
        when data->>'userId' is not null and not exists (
          select from person p
          where p.id = data->>'userId' and p.tenant = given.tenant and p.disabled_at is null
        ) then 'user-ended'${accounts.refusal}
        else 'issued'
      end
      from unnest(tenants, datas, links) with ordinality as given (tenant, data, link, nth)
      order by nth
    );
    with issued as (
      select * from unnest(event_ids, tenants, metas, datas, links, outcomes) with ordinality
        as given (event_id, tenant, meta, data, link, outcome, nth)
      where outcome = 'issued'
    ), new as (
      select array_agg(event_id order by nth) as ids, array_agg(data->>'tokenId' order by nth) as streams,
        array_agg(tenant order by nth) as tenants, array_agg('access-token.issued.v1'::text) as types,
        array_agg(data order by nth) as datas, array_agg(meta order by nth) as metas
      from issued
    ), begun as (
      select begun.stream_id, begun.at
      from new, begin_streams(new.ids, new.streams, new.tenants, new.types, new.datas, new.metas) as begun
    ), kept as (
      insert into access_token (
        id, tenant, application_id, user_id, audience, scopes, key_id, grant_key, subject_token_id, issued_at, expires_at${accounts.column}
      )
      select stream_id, tenant, data->>'applicationId', data->>'userId', data->>'audience',
        array(select jsonb_array_elements_text(data->'scopes')), data->>'keyId',
        case when not data ? 'workload' then link end, data->>'subjectTokenId', begun.at,
        (data->>'expiresAt')::timestamptz${accounts.value}
      from begun join issued on data->>'tokenId' = stream_id
    )
    insert into workload_token select data->>'tokenId', link from issued where data ? 'workload';
    return query select unnest(outcomes);
  end $$`;
