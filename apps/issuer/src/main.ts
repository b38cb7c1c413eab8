import './console-lines.js';
import { connectNats } from '@gatehouse/messaging';
import { applyStreams } from '@gatehouse/nats';
import { createLogger, loadConfig, runMain, runService, withVaultSecrets } from '@gatehouse/service';
import { openDatabase } from './database.js';
import { IssuerConfig } from './issuer.config.js';
import { IssuerModule } from './issuer.module.js';

runMain(async () => {
  const config = loadConfig(IssuerConfig, await withVaultSecrets(process.env));
  const logger = createLogger('issuer', config.LOG_LEVEL);
  const nats = await connectNats({ url: config.NATS_URL, name: 'issuer', logger });
  await applyStreams(nats);
  const dataSource = await openDatabase(config, (error) =>
    logger.warn({ err: error }, 'database connection lost'),
  );
  await runService({
    name: 'issuer',
    config,
    module: IssuerModule.with({ config, dataSource, nats }),
  });
});
