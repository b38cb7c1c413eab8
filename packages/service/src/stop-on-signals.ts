import type { Logger } from './logger.js';

/** A drain that takes longer is cut off. */
const DRAIN_LIMIT_MS = 15_000;

/** SIGTERM and SIGINT drain the service once; a drain that hangs ends with status 1. */
export function stopOnSignals({ logger, stop }: { logger: Logger; stop: () => Promise<void> }): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), DRAIN_LIMIT_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'stopped badly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
