import type { Logger } from '@gatehouse/service';
import type { GatewayConfig } from '../gateway.config.js';
import type { SpanExport } from './span-export.js';

/** A collector that does not answer holds nothing up for longer. */
const TIMEOUT_MS = 5_000;
const MAX_WAITING = 4_096;

/** Where spans go by OTLP over HTTP; `undefined`: nowhere, and then nothing of all this is even loaded. */
export async function openSpans(
  config: GatewayConfig,
  gatewayId: string,
  logger: Logger,
): Promise<SpanExport | undefined> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return undefined;
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { parseKeyPairsIntoRecord } = await import('@opentelemetry/core');
  const { SpanExport: Spans } = await import('./span-export.js');
  const { observeSpans } = await import('./span-metrics.js');
  const spans = new Spans({
    exporter: new OTLPTraceExporter({
      url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
      headers: parseKeyPairsIntoRecord(config.OTEL_EXPORTER_OTLP_HEADERS),
      timeoutMillis: TIMEOUT_MS,
    }),
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
    gatewayId,
    maxWaiting: MAX_WAITING,
    logger,
  });
  observeSpans(spans);
  return spans;
}
