export { ConfigError, loadConfig, serviceFields } from './config.js';
export { LOGGER } from './logger.js';
export type { Logger } from './logger.js';
export { createLogger } from './logger.js';
export { Readiness } from './readiness.js';
export { runMain } from './run-main.js';
export { runService, type RunningService, type ServiceDefinition } from './run-service.js';
export { withVaultSecrets } from './vault-secrets.js';
export { Counter, Gauge, Histogram } from 'prom-client';
