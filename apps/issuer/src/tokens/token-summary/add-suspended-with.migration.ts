import type { MigrationInterface, QueryRunner } from 'typeorm';

/** With which service account a token is suspended; and ways to everything issued with a token, through the revoked, too. */
export class AddSuspendedWith1700000000290 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table token_summary add suspended_with text');
    await runner.query(`
      update token_summary t set suspended_with = (
        select e.data->>'serviceAccountId' from events e
        where e.stream_id = t.id and e.type = 'token.suspended.v1' order by e.version desc limit 1
      ) where t.suspended_reason is not null`);
    await runner.query(
      'create index token_summary_by_suspended_with on token_summary (suspended_with, id) where suspended_with is not null',
    );
    for (const column of OWNERS) await this.index(runner, column, `${column} is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of OWNERS)
      await this.index(runner, column, `${column} is not null and revoked_at is null`);
    await runner.query('alter table token_summary drop suspended_with');
  }

  private async index(runner: QueryRunner, column: string, condition: string): Promise<void> {
    await runner.query(`drop index token_summary_by_${column}`);
    await runner.query(
      `create index token_summary_by_${column} on token_summary (${column}) where ${condition}`,
    );
  }
}

const OWNERS = ['application_id', 'user_id'];
