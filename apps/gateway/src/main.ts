import cluster from 'node:cluster';
import { createLogger, runMain, withVaultSecrets } from '@gatehouse/service';
import { gatewayConfig } from './gateway.config.js';
import { runGateway } from './run-gateway.js';
import { Primary } from './workers/primary.js';
import { tellOfLeftSpools, workerEnvironment } from './workers/worker-environment.js';

runMain(async () => {
  const config = gatewayConfig(await withVaultSecrets(process.env), process.env);
  const logger = createLogger('gateway', config.LOG_LEVEL);
  if (cluster.worker) return runGateway(config, logger, cluster.worker);
  tellOfLeftSpools(config, logger);
  if (config.WORKERS === 1) return runGateway(config, logger);
  const environmentOf = (number: number) => workerEnvironment(number, config);
  new Primary({ count: config.WORKERS, environmentOf, logger }).run();
});
