import { ConfigError } from '@gatehouse/service';
import type { DataSource } from 'typeorm';

/**
 * Says whose log this is, the first time; from then on, checks it: under another name its checkpoints would be those of
 * another log.
 * @param origin the name of the signing key.
 * @throws ConfigError when the log has another origin.
 */
export async function claimLog(dataSource: DataSource, origin: string): Promise<void> {
  await dataSource.query('insert into log (origin) values ($1) on conflict do nothing', [origin]);
  const [row] = await dataSource.query<{ origin: string }[]>('select origin from log');
  if (row?.origin !== origin)
    throw new ConfigError([
      `AUDIT_SIGNING_KEY: is named "${origin}", but this database holds the log of "${row?.origin}"`,
    ]);
}
