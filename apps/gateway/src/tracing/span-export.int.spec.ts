import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { eventually, serve } from '@gatehouse/testing';
import { describe, expect, it } from '@jest/globals';
import { startCollector } from '../../test/collector.js';
import type { EndedExchange } from '../records/ended-exchange.js';
import { traceOf } from '../request/trace.js';
import { SpanExport } from './span-export.js';

const exportTo = (url: string, maxWaiting: number, ratio = 1) =>
  new SpanExport({
    exporter: new OTLPTraceExporter({ url: `${url}/v1/traces`, timeoutMillis: 2_000 }),
    ratio,
    gatewayId: 'edge-1',
    maxWaiting,
    logger: { warn: () => {} },
  });

const ended = (spans: SpanExport): EndedExchange => ({
  requestId: 'req_1',
  trace: traceOf(undefined, spans),
  method: 'GET',
  target: '/',
  scheme: 'http',
  httpVersion: '1.1',
  head: { userAgent: '', referrer: '' },
  route: undefined,
  requirement: undefined,
  holder: undefined,
  refusedBy: '',
  findings: [],
  viewAgeMs: 0,
  clientAddress: '192.0.2.1',
  status: 200,
  outcome: 'served',
  code: '',
  requestBytes: 0,
  responseBytes: 0,
  startedAt: performance.now(),
  dispatchedAt: 0,
  upstreamMs: 0,
  cache: '',
  limit: '',
  waitedMs: 0,
  credits: 0,
});

describe('SpanExport', () => {
  it('sends what waits before it stops', async () => {
    const collector = await startCollector();
    const spans = exportTo(collector.url, 10);
    for (let i = 0; i < 10; i++) spans.add(ended(spans), performance.now());
    await spans.stop();
    expect([collector.spans.length, spans.sent, spans.dropped]).toEqual([10, 10, 0]);
    await collector.stop();
  });

  it('keeps no more than it may while the collector hangs, and counts all that is lost', async () => {
    const hanging = await serve((request) => void request.resume());
    const spans = exportTo(hanging.url, 4);
    for (let i = 0; i < 20; i++) spans.add(ended(spans), performance.now());
    expect(spans.dropped).toBeGreaterThanOrEqual(12);
    const stopped = spans.stop();
    await eventually(() => expect(spans.dropped).toBe(20));
    expect(spans.sent).toBe(0);
    await hanging.stop();
    await stopped;
  });

  it('samples about the part of traces that is asked for, each the same everywhere', () => {
    const [one, other] = [exportTo('http://127.0.0.1:1', 1, 0.25), exportTo('http://127.0.0.1:1', 1, 0.25)];
    const traces = Array.from({ length: 4_000 }, () => traceOf(undefined, one));
    const sampled = traces.filter(({ span }) => span);
    expect(sampled.length / traces.length).toBeCloseTo(0.25, 1);
    for (const { traceId, span } of traces) expect(other.begins(traceId)).toBe(span !== undefined);
  });
});
