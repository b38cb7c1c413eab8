import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The way to invitations whose time is over. */
export class AddInvitationExpiry1700000000291 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index invitation_by_expiry on invitation (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index invitation_by_expiry');
  }
}
