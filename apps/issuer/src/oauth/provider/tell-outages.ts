import type { EventEmitter } from 'node:events';
import { isConnectionLoss } from '@gatehouse/http';
import type { Logger } from '@gatehouse/service';
import type { Provider } from 'oidc-provider';
import type { EngineMiddleware } from './engine-middleware.js';

/** Logs what went wrong inside the engine, and calls an outage of the database by its name: come back later. */
export function tellOutages(provider: Provider, logger: Logger): EngineMiddleware {
  const failures = new WeakMap<object, unknown>();
  provider.on('server_error', (ctx, error) => {
    failures.set(ctx, error);
    logger.error({ err: error, path: ctx.path }, 'protocol engine failed');
  });
  const emitter: EventEmitter = provider; // Koa prints errors nobody listens to
  emitter.on('error', (error: unknown) => logger.error({ err: error }, 'protocol engine failed'));
  return async (ctx, next) => {
    await next();
    if (isConnectionLoss(failures.get(ctx))) tellToComeBack(ctx);
    if (ctx.status === 503) ctx.set('retry-after', '1');
    if (isTemporary(ctx.body)) ctx.status = 503;
  };
}

function tellToComeBack(ctx: { status: number; body: unknown }): void {
  ctx.status = 503;
  ctx.body = { error: 'temporarily_unavailable', error_description: 'try again in a moment' };
}

const isTemporary = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'error' in body && body.error === 'temporarily_unavailable';
