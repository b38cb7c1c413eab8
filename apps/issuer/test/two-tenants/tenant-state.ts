import type { DataSource } from 'typeorm';

/** What changes without anybody having been there: when a token was last used. */
const CLOCKWORK = new Set(['secret_use', 'trait_use']);

/** Every row of a tenant in every table that has tenants, as text: equal before and after means untouched. */
export async function stateOf(dataSource: DataSource, tenant: string): Promise<Record<string, string[]>> {
  const tables = await dataSource.query<{ name: string }[]>(
    `select table_name as name from information_schema.columns
     where table_schema = 'issuer' and column_name = 'tenant' order by 1`,
  );
  const state: Record<string, string[]> = {};
  for (const { name } of tables.filter((table) => !CLOCKWORK.has(table.name))) {
    const rows = await dataSource.query<{ row: string }[]>(
      `select t::text as row from ${name} t where tenant = $1 order by 1`,
      [tenant],
    );
    state[name] = rows.map(({ row }) => row);
  }
  const [own] = await dataSource.query<{ row: string }[]>(
    'select t::text as row from tenant t where id = $1',
    [tenant],
  );
  return { ...state, tenant: [own?.row ?? ''] };
}
