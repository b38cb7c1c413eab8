import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  issueGroupAtOnce,
  OF_ACCOUNTS,
  OF_NO_ACCOUNT,
} from '../oauth/access-tokens/issue-group-at-once.migration.js';
import { ENABLED_APPLICATIONS } from '../oauth/applications/enabled-applications.migration.js';

/** Applications may act as service accounts: what such an account lets them have, and which access tokens are its own. */
export class AddActingApplications1700000000330 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table access_token add service_account_id text');
    await runner.query(
      `create index access_token_by_service_account on access_token (service_account_id, id)
       where service_account_id is not null`,
    );
    await replace(runner, issueGroupAtOnce(OF_ACCOUNTS), ACTING_APPLICATIONS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await replace(runner, issueGroupAtOnce(OF_NO_ACCOUNT), ENABLED_APPLICATIONS);
    await runner.query('alter table access_token drop service_account_id');
  }
}

async function replace(runner: QueryRunner, issuing: string, enabled: string): Promise<void> {
  await runner.query('drop function issue_access_tokens');
  await runner.query(issuing);
  await runner.query('drop function enabled_applications');
  await runner.query(enabled);
  await runner.query('alter function enabled_applications set plan_cache_mode = force_generic_plan');
}

/** Those that may get tokens: enabled, of a tenant that is not suspended, and with what their account lets them have. */
const ACTING_APPLICATIONS = `
  create function enabled_applications(ids text[]) returns setof json language plpgsql stable as $$
  begin
    return query select json_build_object(
      'id', a.id,
      'tenant', a.tenant,
      'terms', a.terms,
      'secrets', a.secrets,
      'maxTtlSeconds', (t.policy->>'maxTtlSeconds')::int,
      'declared', (
        select json_object_agg(r.uri, r.terms) from resource r where r.tenant = a.tenant
        and r.uri in (select jsonb_array_elements_text(a.terms->'resources'))
      ),
      'account', (
        select json_build_object(
          'isActive', s.suspended_reason is null,
          'scopes', s.scopes,
          'scopesByRole', coalesce(t.policy->'scopesByRole', '{}')
        )
        from service_account s where s.id = a.terms->>'serviceAccountId' and s.tenant = a.tenant
      )
    )
    from application a left join tenant t on t.id = a.tenant
    where a.id = any(ids) and a.status = 'enabled' and t.suspended_reason is null;
  end $$`;
