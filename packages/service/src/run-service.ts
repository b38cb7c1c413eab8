import type { IncomingMessage } from 'node:http';
import { newTraceparent, ProblemFilter, SchemaPipe } from '@gatehouse/http';
import { newId } from '@gatehouse/kernel';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { limitBody } from './body-limit.js';
import { HealthController } from './health.controller.js';
import { observeRequests } from './http-metrics.js';
import { createLogger, LOGGER, type Logger, nestLogger } from './logger.js';
import { METRICS, metricsText } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import { OpenApiController } from './openapi.controller.js';
import { Readiness } from './readiness.js';
import { SERVICE_NAME } from './service-name.js';
import { stopOnSignals } from './stop-on-signals.js';
import 'reflect-metadata';

const BODY_LIMIT_BYTES = 1024 * 1024;
/** Of management and monitoring, which keep few; without a bound a flood would take the process down. */
const MAX_CONNECTIONS = 10_000;
const SAFE_REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;

/** What {@link runService} needs to know. */
export interface ServiceDefinition {
  /** Names the service in logs, e.g. `issuer`. */
  name: string;
  config: { HOST: string; PORT: number; LOG_LEVEL: string };
  /** The application's root module. */
  module: Type | DynamicModule;
  /** Largest accepted body in bytes; default 1 MiB. */
  bodyLimitBytes?: number;
  /** What `/metrics` answers, in Prometheus' text format; default the metrics of this process. */
  metrics?: () => Promise<string>;
}

/** A service that listens. */
export interface RunningService {
  app: NestFastifyApplication;
  /** Where it listens, with the port the system chose when PORT was 0. */
  url: string;
  logger: Logger;
  /** Stops taking requests, finishes those under way, then runs the shutdown hooks. */
  stop(): Promise<void>;
}

/** Starts a Nest service with everything that is the same for all of them. */
export async function runService(definition: ServiceDefinition): Promise<RunningService> {
  const { name, config } = definition;
  const logger = createLogger(name, config.LOG_LEVEL);
  const app = await NestFactory.create<NestFastifyApplication>(
    rootOf(definition, logger),
    adapterOf(definition),
    {
      logger: nestLogger(logger),
      abortOnError: false,
      bodyParser: false, // Fastify's own JSON parser, and no other
    },
  );
  app.useGlobalPipes(new SchemaPipe());
  app.useGlobalFilters(
    new ProblemFilter((error, request) =>
      logger.error({ err: error, requestId: request.id }, 'request failed'),
    ),
  );
  await app.listen(config.PORT, config.HOST);
  const url = await app.getUrl();
  const service: RunningService = { app, url, logger, stop: () => app.close() };
  stopOnSignals(service);
  logger.info({ url }, 'ready');
  return service;
}

function adapterOf({ bodyLimitBytes }: ServiceDefinition): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes ?? BODY_LIMIT_BYTES,
    genReqId: (request: IncomingMessage) => requestIdOf(request.headers['x-request-id']),
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  });
  const fastify = adapter.getInstance();
  fastify.server.maxConnections = MAX_CONNECTIONS;
  fastify.removeContentTypeParser('text/plain');
  fastify.addHook('onRequest', (request, reply, done) => {
    const traceparent = newTraceparent(headerOf(request.headers.traceparent));
    Object.assign(request, { traceparent });
    void reply.header('x-request-id', request.id);
    done();
  });
  fastify.addHook('onRoute', limitBody);
  observeRequests(fastify);
  return adapter;
}

function rootOf({ name, module, metrics = metricsText }: ServiceDefinition, logger: Logger): DynamicModule {
  @Module({})
  class ServiceModule {}
  const providers = [
    { provide: LOGGER, useValue: logger },
    { provide: SERVICE_NAME, useValue: name },
    { provide: METRICS, useValue: metrics },
    { provide: Readiness, useValue: new Readiness() },
  ];
  return {
    module: ServiceModule,
    global: true,
    imports: [DiscoveryModule, module],
    controllers: [HealthController, MetricsController, OpenApiController],
    providers,
    exports: providers.map((provider) => provider.provide),
  };
}

/** A caller's own request id is kept when it cannot harm a log line. */
function requestIdOf(header: string | string[] | undefined): string {
  const given = headerOf(header);
  return given && SAFE_REQUEST_ID.test(given) ? given : newId('req');
}

const headerOf = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
