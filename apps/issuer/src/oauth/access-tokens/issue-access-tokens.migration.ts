import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ISSUE_WORKLOAD_TOKEN } from '../workloads/create-trusted-issuer.migration.js';
import { REFUSE_ENDED_USER } from '../../people/users/create-user-streams.migration.js';
import { refuseOnlyLiveTokens } from '../../people/users/refuse-only-live-tokens.migration.js';
import { ISSUE_ACCESS_TOKEN } from './create-access-token.migration.js';

/** Tokens that are issued at the same time are one call, which has all the rules. */
export class IssueAccessTokens1700000000301 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ISSUE_ACCESS_TOKENS);
    await runner.query('drop trigger refuse_ended_user on access_token');
    await runner.query('drop function refuse_ended_user');
    await runner.query('drop function issue_workload_token');
    await runner.query('drop function issue_access_token');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(ISSUE_ACCESS_TOKEN);
    await runner.query(ISSUE_WORKLOAD_TOKEN);
    await runner.query(REFUSE_ENDED_USER);
    await refuseOnlyLiveTokens(runner);
    await runner.query('drop function issue_access_tokens');
  }
}

/**
 * An outcome for each token, in the order given; those that are `issued` have their event and their row. Whoever ends an
 * application, a grant, a key, an exchanged token, a trust or a person takes the same locks exclusively, so that no token
 * is issued behind its back: either the issue sees the end, or the end sees the token. All locks are taken first and in
 * one order, so that groups and ends never wait for each other in a circle.
 */
export const ISSUE_ACCESS_TOKENS = `
  create function issue_access_tokens(
    event_ids uuid[], tenants text[], metas jsonb[], datas jsonb[], links text[]
  ) returns setof text language plpgsql as $$
  declare
    for_tenant text;
    issued jsonb;
    link text;
    outcome text;
    begun_at timestamptz;
  begin
    perform pg_advisory_xact_lock_shared(lock) from (
      select distinct hashtextextended(holder, 0) as lock
      from unnest(datas, links) as given (data, linked), lateral (values
        (linked), (data->>'applicationId'), (data->>'keyId'), (data->>'subjectTokenId'), (data->>'userId')
      ) as holders (holder)
      where holder is not null
      order by lock
    ) as locks;
    for nth in 1 .. cardinality(datas) loop
      for_tenant := tenants[nth];
      issued := datas[nth];
      link := links[nth];
      outcome := case
        when issued ? 'workload' and not exists (
          select from trusted_issuer where id = link and tenant = for_tenant
        ) then 'trust-ended'
        when link is not null and not issued ? 'workload' and not exists (
          select from oauth_artifact where model = 'Grant' and id = link
        ) then 'grant-ended'
        when not exists (
          select from application
          where id = issued->>'applicationId' and tenant = for_tenant and status = 'enabled'
        ) then 'application-disabled'
        when issued->>'keyId' is not null and not exists (
          select from signing_key where key_id = issued->>'keyId' and ended_at is null
        ) then 'key-ended'
        when issued->>'subjectTokenId' is not null and not exists (
          select from token_summary where id = issued->>'subjectTokenId' and tenant = for_tenant
            and revoked_at is null and suspended_reason is null
        ) then 'subject-ended'
        when issued->>'userId' is not null and not exists (
          select from person where id = issued->>'userId' and tenant = for_tenant and disabled_at is null
        ) then 'user-ended'
        else 'issued'
      end;
      if outcome = 'issued' then
        begun_at := begin_stream(
          event_ids[nth], issued->>'tokenId', for_tenant, 'access-token.issued.v1', issued, metas[nth]
        );
        insert into access_token (
          id, tenant, application_id, user_id, audience, scopes, key_id, grant_key, subject_token_id, issued_at, expires_at
        ) values (
          issued->>'tokenId', for_tenant, issued->>'applicationId', issued->>'userId', issued->>'audience',
          array(select jsonb_array_elements_text(issued->'scopes')), issued->>'keyId',
          case when not issued ? 'workload' then link end, issued->>'subjectTokenId', begun_at,
          (issued->>'expiresAt')::timestamptz
        );
        if issued ? 'workload' then
          insert into workload_token values (issued->>'tokenId', link);
        end if;
      end if;
      return next outcome;
    end loop;
  end $$`;
