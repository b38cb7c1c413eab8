import { createLogger, loadConfig, runMain, runService, withVaultSecrets } from '@gatehouse/service';
import { Gateway } from './gateway.js';
import { GatewayConfig, upstreamVariables } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';

/** The largest gateway.yaml as JSON. */
const MOST_BODY_BYTES = 8 * 1024 * 1024;

runMain(async () => {
  const environment = loadConfig(GatewayConfig, await withVaultSecrets(process.env));
  const config = { ...environment, upstreamVariables: upstreamVariables(process.env) };
  const gateway = await Gateway.open(config, createLogger('gateway', config.LOG_LEVEL));
  await runService({
    name: 'gateway',
    bodyLimitBytes: MOST_BODY_BYTES,
    config: { HOST: config.HOST, PORT: config.ADMIN_PORT, LOG_LEVEL: config.LOG_LEVEL },
    module: GatewayModule.with(gateway, config),
  });
});
