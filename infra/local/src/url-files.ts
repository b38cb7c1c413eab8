import { join } from 'node:path';
import type { LocalConfig } from './local.config.js';
import { writePrivateFile } from './private-file.js';
import { SERVICE_CALLERS } from './secrets.js';
import type { ServiceCaller } from './secrets.js';

const NATS_SERVICES = ['issuer', ...SERVICE_CALLERS] as const;

/** URLs that carry passwords, for services to read from a file: an environment is easily seen. */
export interface UrlFiles {
  database: string;
  nats: Record<'issuer' | ServiceCaller, string>;
  clickhouse: string | undefined;
}

/** Writes them anew at each start, since ports may differ. */
export async function writeUrlFiles(
  folder: string,
  databaseUrl: string,
  natsUrlOf: (service: 'issuer' | ServiceCaller) => string,
  { CLICKHOUSE_URL }: LocalConfig,
): Promise<UrlFiles> {
  const write = async (name: string, url: string): Promise<string> => {
    const path = join(folder, name);
    await writePrivateFile(path, `${url}\n`);
    return path;
  };
  const nats: Partial<UrlFiles['nats']> = {};
  for (const service of NATS_SERVICES) nats[service] = await write(`nats-url-${service}`, natsUrlOf(service));
  return {
    database: await write('database-url', databaseUrl),
    nats: nats as UrlFiles['nats'],
    clickhouse: CLICKHOUSE_URL && (await write('clickhouse-url', CLICKHOUSE_URL)),
  };
}
