import { ROOT_CONTEXT } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  SamplingDecision,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '@gatehouse/service';
import type { EndedExchange } from '../records/ended-exchange.js';
import type { Sampling } from '../request/trace.js';
import { serverSpan } from './server-span.js';

const EVERY_MS = 1_000;
const BATCH = 512;
/** Longer than the exporter itself waits for the collector, so that the exporter says how it went. */
const GIVEN_UP_MS = 30_000;

/** What {@link SpanExport} needs. */
export interface SpanExportOptions {
  readonly exporter: SpanExporter;
  /** The part of the traces begun here that is sampled: 0 to 1. */
  readonly ratio: number;
  /** As it goes by. */
  readonly gatewayId: string;
  /** Spans that wait at most; what comes beyond is dropped. */
  readonly maxWaiting: number;
  readonly logger: Pick<Logger, 'warn'>;
}

/** One span for each sampled request, sent in batches beside the traffic: what cannot be sent is dropped, and counted. */
export class SpanExport implements Sampling {
  sent = 0;
  dropped = 0;
  private waiting = 0;
  private failing = false;
  private readonly processor: BatchSpanProcessor;
  private readonly sampler: TraceIdRatioBasedSampler;
  private readonly resource: Resource;

  constructor(private readonly options: SpanExportOptions) {
    const { exporter, maxWaiting, gatewayId, ratio } = options;
    this.sampler = new TraceIdRatioBasedSampler(ratio);
    this.resource = defaultResource().merge(
      resourceFromAttributes({ 'service.name': 'gatehouse-gateway', 'service.instance.id': gatewayId }),
    );
    this.processor = new BatchSpanProcessor({
      exporter: {
        export: (spans, done) => this.export(spans, done),
        shutdown: () => exporter.shutdown(),
      },
      maxQueueSize: maxWaiting,
      maxExportBatchSize: Math.min(BATCH, maxWaiting),
      scheduledDelayMillis: EVERY_MS,
      exportTimeoutMillis: GIVEN_UP_MS,
    });
  }

  begins(traceId: string): boolean {
    const { decision } = this.sampler.shouldSample(ROOT_CONTEXT, traceId);
    return decision === SamplingDecision.RECORD_AND_SAMPLED;
  }

  /** Of a request that is not sampled there is no span. */
  add(exchange: EndedExchange, endedAt: number): void {
    const { span } = exchange.trace;
    if (!span) return;
    if (this.waiting >= this.options.maxWaiting) {
      this.dropped++;
      return;
    }
    this.waiting++;
    this.processor.onEnd(serverSpan(exchange, span, { endedAt, resource: this.resource }));
  }

  /** Sends what waits; as long as the exporter tries. */
  async stop(): Promise<void> {
    await this.processor.shutdown().catch(() => {}); // what was lost is counted and said
  }

  private export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.waiting -= spans.length;
    this.options.exporter.export(spans, (result) => {
      this.note(spans.length, result);
      done(result);
    });
  }

  private note(count: number, { code, error }: ExportResult): void {
    if (code === ExportResultCode.SUCCESS) {
      this.sent += count;
      this.failing = false;
      return;
    }
    this.dropped += count;
    if (!this.failing) this.options.logger.warn({ reason: error?.message }, 'spans cannot be sent');
    this.failing = true;
  }
}
