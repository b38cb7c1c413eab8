import type { Worker } from 'node:cluster';
import { type Logger, mergedMetrics, ownMetrics, runService } from '@gatehouse/service';
import { z } from 'zod';
import { openGateway } from './open-gateway.js';
import type { GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { answerQuestion } from './workers/answer-question.js';
import { noSiblings, WorkerSiblings } from './workers/siblings.js';

/** The largest gateway.yaml as JSON. */
const MOST_BODY_BYTES = 8 * 1024 * 1024;
const Metrics = z.array(z.looseObject({}));

/** Runs a gateway in this process. @param worker of several; absent: it is the only one. */
export async function runGateway(config: GatewayConfig, logger: Logger, worker?: Worker): Promise<void> {
  const gateway = await openGateway(config, logger);
  const siblings = worker && new WorkerSiblings(worker, (question) => answerQuestion(gateway, question));
  await runService({
    name: 'gateway',
    bodyLimitBytes: MOST_BODY_BYTES,
    config: { HOST: config.HOST, PORT: config.ADMIN_PORT, LOG_LEVEL: config.LOG_LEVEL },
    module: GatewayModule.with(gateway, config, siblings ?? noSiblings),
    ...(siblings && { metrics: () => metricsOfAll(siblings) }),
  });
  siblings?.sayReady();
}

async function metricsOfAll(siblings: WorkerSiblings): Promise<string> {
  const [own, others] = await Promise.all([ownMetrics(), siblings.ask({ about: 'metrics' })]);
  return mergedMetrics([
    own,
    ...others.filter((answer) => answer !== null).map((answer) => Metrics.parse(answer)),
  ]);
}
