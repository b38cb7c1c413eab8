import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A token that has ended may be written down again whoever it was for: a rebuild does. */
export class RefuseOnlyLiveTokens1700000000240 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await refuseOnlyLiveTokens(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await replaceTrigger(runner, 'new.user_id is not null');
  }
}

/** The trigger as it is from here on. */
export const refuseOnlyLiveTokens = (runner: QueryRunner): Promise<unknown> =>
  replaceTrigger(runner, 'new.user_id is not null and new.revoked_at is null');

const replaceTrigger = (runner: QueryRunner, when: string): Promise<unknown> =>
  runner.query(`
    create or replace trigger refuse_ended_user before insert on access_token
    for each row when (${when}) execute function refuse_ended_user()`);
