import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read model of access tokens, and the function that issues one. */
export class CreateAccessToken1700000000103 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table access_token (
        id text primary key,
        tenant text not null,
        application_id text not null,
        user_id text,
        audience text,
        scopes text[] not null,
        key_id text,
        grant_key text,
        subject_token_id text,
        issued_at timestamptz not null,
        expires_at timestamptz not null,
        revoked_at timestamptz,
        revoked_reason text
      )`);
    await runner.query(
      'create index access_token_of_grant on access_token (grant_key) where grant_key is not null and revoked_at is null',
    );
    await runner.query(
      'create index access_token_of_application on access_token (application_id) where revoked_at is null',
    );
    await runner.query('create index access_token_of_key on access_token (key_id) where revoked_at is null');
    await runner.query(
      'create index access_token_of_subject on access_token (subject_token_id) where subject_token_id is not null and revoked_at is null',
    );
    await runner.query('create index access_token_by_expiry on access_token (expires_at)');
    await runner.query(ISSUE_ACCESS_TOKEN);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function issue_access_token');
    await runner.query('drop table access_token');
  }
}

/**
 * One round trip for a token: event and read model together. Whoever ends an application, a grant, a key or an exchanged token takes the same locks
 * exclusively, so that no token is issued behind its back: either the issue sees the end, or the end sees the token.
 */
export const ISSUE_ACCESS_TOKEN = `
  create function issue_access_token(
    event_id uuid, for_tenant text, meta jsonb, issued jsonb, for_grant text
  ) returns text language plpgsql as $$
  begin
    perform pg_advisory_xact_lock_shared(hashtextextended(issued->>'applicationId', 0));
    if for_grant is not null then
      perform pg_advisory_xact_lock_shared(hashtextextended(for_grant, 0));
      if not exists (select from oauth_artifact where model = 'Grant' and id = for_grant) then
        return 'grant-ended';
      end if;
    end if;
    if not exists (
      select from application
      where id = issued->>'applicationId' and tenant = for_tenant and status = 'enabled'
    ) then
      return 'application-disabled';
    end if;
    if issued->>'keyId' is not null then
      perform pg_advisory_xact_lock_shared(hashtextextended(issued->>'keyId', 0));
      if not exists (select from signing_key where key_id = issued->>'keyId' and ended_at is null) then
        return 'key-ended';
      end if;
    end if;
    if issued->>'subjectTokenId' is not null then
      perform pg_advisory_xact_lock_shared(hashtextextended(issued->>'subjectTokenId', 0));
      if not exists (
        select from token_summary where id = issued->>'subjectTokenId' and tenant = for_tenant
          and revoked_at is null and suspended_reason is null
      ) then
        return 'subject-ended';
      end if;
    end if;
    insert into access_token (
      id, tenant, application_id, user_id, audience, scopes, key_id, grant_key, subject_token_id, issued_at, expires_at
    )
    select e.stream_id, for_tenant, issued->>'applicationId', issued->>'userId', issued->>'audience',
      array(select jsonb_array_elements_text(issued->'scopes')), issued->>'keyId', for_grant, issued->>'subjectTokenId', e.at,
      (issued->>'expiresAt')::timestamptz
    from append_events(
      issued->>'tokenId', 0, for_tenant, meta, array[event_id], array['access-token.issued.v1'], array[issued]
    ) e;
    return 'issued';
  end $$`;
