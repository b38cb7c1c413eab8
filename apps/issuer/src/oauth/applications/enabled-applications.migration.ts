import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What every request for a token begins with is planned once for a session. */
export class EnabledApplications1700000000302 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ENABLED_APPLICATIONS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function enabled_applications');
  }
}

/** Those that may get tokens: enabled, and of a tenant that is not suspended. */
export const ENABLED_APPLICATIONS = `
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
      )
    )
    from application a left join tenant t on t.id = a.tenant
    where a.id = any(ids) and a.status = 'enabled' and t.suspended_reason is null;
  end $$`;
