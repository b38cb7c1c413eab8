import { IssuerApi } from '@gatehouse/client';
import { connectNats } from '@gatehouse/messaging';
import { applyStreams } from '@gatehouse/nats';
import { createLogger, runService } from '@gatehouse/service';
import type { RunningService } from '@gatehouse/service';
import type { AuditConfig } from './audit.config.js';
import { AuditModule } from './audit.module.js';
import { openDatabase } from './database.js';
import { inlineReader, ThreadedReader } from './intake/reader/feed-reader.js';
import { loadSinks } from './sinks/sinks.config.js';
import { claimLog } from './log/claim-log.js';

/**
 * Connects to everything audit needs, then serves.
 * @param environment where the sinks’ secrets are that are given as variables.
 */
export async function runAudit(
  config: AuditConfig,
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningService> {
  const logger = createLogger('audit', config.LOG_LEVEL);
  const sinks = await loadSinks(config.AUDIT_SINKS_FILE, environment);
  const dataSource = await openDatabase(config, logger);
  await claimLog(dataSource, config.AUDIT_SIGNING_KEY.name);
  const nats = await connectNats({ url: config.NATS_URL, name: 'audit', logger });
  await applyStreams(nats);
  const issuer = new IssuerApi({ url: config.ISSUER_URL, token: config.SERVICE_TOKEN });
  const reader = config.AUDIT_READER_THREAD
    ? new ThreadedReader({ url: config.ISSUER_URL, token: config.SERVICE_TOKEN })
    : inlineReader(issuer);
  const module = AuditModule.with({ config, dataSource, nats, issuer, reader, sinks });
  return runService({ name: 'audit', config, module });
}
