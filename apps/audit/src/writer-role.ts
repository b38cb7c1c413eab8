import type { Logger } from '@gatehouse/service';
import type { QueryRunner } from 'typeorm';

/** May read the log and add to it, nothing else; how far the sinks are it may change. Roles are the cluster's, rights are each database's own. */
export const WRITER_ROLE = 'gatehouse_audit_writer';

/** May have bodies expire that are due, by one function, and nothing else: not even read. */
export const RETENTION_ROLE = 'gatehouse_audit_retention';

const TABLES = [
  'log',
  'leaves',
  'tiles',
  'checkpoints',
  'issuer_positions',
  'cosignatures',
  'search',
  'search_filling',
  'search_blocks',
  'retention_policies',
  'legal_holds',
  'legal_hold_lifts',
].join(', ');

/** What is not the log, and changes: how far each sink and each run of the retention is. */
const CHANGING_TABLES = ['sinks', 'sink_dead_letters', 'retention_runs'].join(', ');

/** Another instance, of this or another database, may be creating it at this moment. */
const creationOf = (role: string): string => `
  do $$ begin
    if not exists (select from pg_roles where rolname = '${role}') then
      create role ${role} nologin;
    end if;
  exception when duplicate_object or unique_violation then null;
  end $$`;

/** Whose rights are prepared, and where. */
export interface Writer {
  /** The database user that takes the role on; absent: the one who asks. */
  user: string | undefined;
  schema: string;
}

/**
 * Makes the writer's role, and that of the retention, ready to be taken on by a database user.
 * @param runner of whoever owns the log's tables.
 * @returns whether that user can take the roles on; if the database does not allow it, says so and goes on without.
 */
export async function prepareWriterRole(
  runner: QueryRunner,
  { user, schema }: Writer,
  logger: Pick<Logger, 'warn'>,
): Promise<boolean> {
  try {
    const writer = user ?? (await currentUser(runner));
    for (const role of [WRITER_ROLE, RETENTION_ROLE]) {
      await runner.query(creationOf(role));
      await runner.query(`grant usage on schema ${quoted(schema)} to ${role}`);
      if (!(await mayTakeOn(runner, writer, role))) await runner.query(`grant ${role} to ${quoted(writer)}`);
    }
    await runner.query(`grant select, insert on ${TABLES} to ${WRITER_ROLE}`);
    await runner.query(`grant select, insert, update, delete on ${CHANGING_TABLES} to ${WRITER_ROLE}`);
    await runner.query(`grant execute on function expire_bodies to ${RETENTION_ROLE}`);
    await runner.query(
      `grant execute on function begin_search_segment, end_search_segment to ${WRITER_ROLE}`,
    );
    return true;
  } catch (error) {
    logger.warn(
      { err: error, role: WRITER_ROLE, user },
      'the writer keeps all rights of its database user: let the user of MIGRATION_DATABASE_URL create roles, or create this one and grant it',
    );
    return false;
  }
}

async function currentUser(runner: QueryRunner): Promise<string> {
  const [row] = (await runner.query('select current_user as name')) as { name: string }[];
  return row!.name;
}

/** Since PostgreSQL 16, to be a member is not enough. */
async function mayTakeOn(runner: QueryRunner, user: string, role: string): Promise<boolean> {
  const [row] = (await runner.query(
    `select pg_has_role($1, '${role}',
       case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end) as may`,
    [user],
  )) as { may: boolean }[];
  return row?.may === true;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
