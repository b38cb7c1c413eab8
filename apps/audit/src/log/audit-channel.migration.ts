import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is decided about the log itself is logged as well. */
export class AuditChannel1700000011000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.allow(runner, `'issuer', 'requests', 'audit'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.allow(runner, `'issuer', 'requests'`);
  }

  private async allow(runner: QueryRunner, channels: string): Promise<void> {
    await runner.query('alter table leaves drop constraint leaves_channel_check');
    await runner.query(
      `alter table leaves add constraint leaves_channel_check check (channel in (${channels}))`,
    );
  }
}
