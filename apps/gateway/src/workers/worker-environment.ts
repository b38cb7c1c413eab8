import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@gatehouse/service';
import type { GatewayConfig } from '../gateway.config.js';

const MIN_SPOOL_BYTES = 16 * 1024 * 1024;

/** How many there are, and what one has for itself: a spool, its share of the disk, an id. The first goes on with what a single process had. */
export function workerEnvironment(
  number: number,
  config: Pick<GatewayConfig, 'WORKERS' | 'SPOOL_DIR' | 'SPOOL_MAX_BYTES' | 'GATEWAY_ID'>,
): Record<string, string> {
  const { WORKERS, SPOOL_DIR, SPOOL_MAX_BYTES, GATEWAY_ID } = config;
  return {
    WORKERS: `${WORKERS}`,
    SPOOL_DIR: number === 1 ? SPOOL_DIR : join(SPOOL_DIR, `worker-${number}`),
    SPOOL_MAX_BYTES: `${Math.max(MIN_SPOOL_BYTES, Math.floor(SPOOL_MAX_BYTES / WORKERS))}`,
    ...(GATEWAY_ID === undefined ? {} : { GATEWAY_ID: `${GATEWAY_ID}-${number}` }),
  };
}

/** Says which spools of earlier workers nobody sends any more. */
export function tellOfLeftSpools(
  { WORKERS, SPOOL_DIR }: Pick<GatewayConfig, 'WORKERS' | 'SPOOL_DIR'>,
  logger: Pick<Logger, 'error'>,
): void {
  if (!existsSync(SPOOL_DIR)) return;
  const left = readdirSync(SPOOL_DIR).filter((name) => Number(/^worker-(\d+)$/.exec(name)?.[1]) > WORKERS);
  if (left.length > 0)
    logger.error(
      { spools: left.map((name) => join(SPOOL_DIR, name)) },
      'records of earlier workers may be left in these; start with as many WORKERS as before to have them sent',
    );
}
