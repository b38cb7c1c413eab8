import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What witnesses have signed: each once for each size, as the line that stands under the checkpoint. */
export class CreateCosignatures1700000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table cosignatures (
        size bigint not null check (size >= 0),
        witness text not null,
        line text not null,
        cosigned_at timestamptz not null,
        primary key (size, witness)
      );
      create index cosignatures_of_witness on cosignatures (witness, size);
      create trigger cosignatures_stay before update or delete on cosignatures for each row execute function refuse_change();
      create trigger cosignatures_all_stay before truncate on cosignatures for each statement execute function refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table cosignatures');
  }
}
