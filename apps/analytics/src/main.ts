import { IssuerApi } from '@gatehouse/client';
import { connectNats } from '@gatehouse/messaging';
import { applyStreams } from '@gatehouse/nats';
import { createLogger, loadConfig, runMain, runService, withVaultSecrets } from '@gatehouse/service';
import { AnalyticsConfig } from './analytics.config.js';
import { AnalyticsModule } from './analytics.module.js';
import { openClickHouse } from './clickhouse/clickhouse.js';
import { migrate } from './clickhouse/migrate.js';

runMain(async () => {
  const config = loadConfig(AnalyticsConfig, await withVaultSecrets(process.env));
  const logger = createLogger('analytics', config.LOG_LEVEL);
  const clickhouse = await openClickHouse({ url: config.CLICKHOUSE_URL, path: config.CHDB_PATH });
  await migrate(clickhouse.writer);
  const nats = await connectNats({ url: config.NATS_URL, name: 'analytics', logger });
  await applyStreams(nats);
  const issuer = new IssuerApi({ url: config.ISSUER_URL, token: config.SERVICE_TOKEN });
  await runService({
    name: 'analytics',
    config,
    module: AnalyticsModule.with({ config, clickhouse, nats, issuer }),
  });
});
