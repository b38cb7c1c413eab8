import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './call.js';
import { type Collector, startCollector } from './collector.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const SERVER = 2;
const ERROR = 2;

/** As the upstream says it got it. */
function traceparentAt(body: string): string {
  const { headers } = JSON.parse(body) as { headers: string[] };
  return headers[headers.indexOf('traceparent') + 1] ?? '';
}

describe('spans', () => {
  let collector: Collector;
  let stage: Stage;
  let token: string;
  let tokenId: string;
  const at = (path: string, traceparent?: string, method = 'GET') =>
    call(`${stage.gateway.url}${path}`, token, { method, headers: traceparent ? { traceparent } : {} });
  const spanOf = (requestId: string | null) =>
    eventually(() => {
      const found = collector.spans.find((span) => span.attributes['gatehouse.request_id'] === requestId);
      if (!found) throw new Error('not there yet');
      return found;
    });

  beforeAll(async () => {
    collector = await startCollector();
    stage = await setStage({
      gatewayId: 'edge-1',
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20key',
        OTEL_TRACES_SAMPLER_ARG: '0',
      },
    });
    ({ token, id: tokenId } = stage.issuer.issue());
    await until(async () => (await at('/demo/x')).status === 200);
  });
  afterAll(async () => {
    await stage.stop();
    await collector.stop();
  });

  it('go on with the caller’s trace, and the upstream’s are below them', async () => {
    const answer = await at('/demo/a/b?password=hidden', `00-${TRACE}-${PARENT}-01`);
    const span = await spanOf(answer.headers.get('x-request-id'));
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: PARENT, kind: SERVER, name: 'GET /demo/*' });
    expect(traceparentAt(answer.body)).toBe(`00-${TRACE}-${span.spanId}-01`);
    expect(span.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'http.route': '/demo/*',
      'url.path': '/demo/a/b',
      'url.scheme': 'http',
      'network.protocol.version': '1.1',
      'client.address': '127.0.0.1',
      'gatehouse.tenant': 'default',
      'gatehouse.token_id': tokenId,
      'gatehouse.outcome': 'served',
    });
    const [ownMs, upstreamMs] = [
      span.attributes['gatehouse.own_ms'],
      span.attributes['gatehouse.upstream_ms'],
    ];
    const latencyMs = Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6;
    expect(Number(ownMs)).toBeGreaterThan(0);
    expect(Number(upstreamMs)).toBeGreaterThan(0);
    expect(Number(ownMs) + Number(upstreamMs)).toBeLessThanOrEqual(latencyMs + 0.01);
  });

  it('say who sends them, to whom with which header, and no secret', async () => {
    const answer = await at('/demo/x?password=hidden', `00-${TRACE}-${PARENT}-01`);
    await spanOf(answer.headers.get('x-request-id'));
    expect(collector.resource).toMatchObject({
      'service.name': 'gatehouse-gateway',
      'service.instance.id': 'edge-1',
    });
    expect(collector.received.at(-1)).toMatchObject({ path: '/v1/traces', key: 'a key' });
    for (const { text } of collector.received) {
      expect(text).not.toContain('hidden');
      expect(text).not.toContain(token);
    }
  });

  it('tell refusals from failures', async () => {
    const parent = `00-${TRACE}-${PARENT}-01`;
    const refused = await spanOf((await at('/demo/x', parent, 'POST')).headers.get('x-request-id'));
    expect(refused.attributes).toMatchObject({ 'gatehouse.code': 'scope-insufficient' });
    expect(refused.status.code).not.toBe(ERROR);
    const failed = await spanOf((await at('/demo/reset', parent)).headers.get('x-request-id'));
    expect(failed.attributes).toMatchObject({ 'error.type': 'upstream-unavailable' });
    expect(failed.status.code).toBe(ERROR);
    const odd = await spanOf((await at('/nowhere', parent, 'PROPFIND')).headers.get('x-request-id'));
    expect(odd).toMatchObject({
      name: 'HTTP',
      attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': 'PROPFIND' },
    });
  });

  it('are made of what the caller samples, and of the part of the rest that is asked for', async () => {
    const left = [await at('/demo/x', `00-${TRACE}-${PARENT}-00`), await at('/demo/x')];
    for (const { body } of left) expect(traceparentAt(body)).toMatch(/-00$/);
    const taken = await at('/demo/x', `00-${TRACE}-${PARENT}-03`);
    await spanOf(taken.headers.get('x-request-id'));
    const sampled = collector.spans.map((span) => span.attributes['gatehouse.request_id']);
    for (const { headers } of left) expect(sampled).not.toContain(headers.get('x-request-id'));
  });

  it('begin where the caller has none, and hold nothing up where nobody takes them', async () => {
    const unwilling = await startCollector(400);
    const other = await stage.another({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: unwilling.url } });
    const lost = async () => {
      const { body } = await call(`${other.adminUrl}/metrics`);
      return Number(/^gatehouse_gateway_spans_dropped_total (\d+)$/m.exec(body)?.[1]);
    };
    await until(async () => (await call(`${other.url}/demo/x`, token)).status === 200);
    await eventually(async () => expect(await lost()).toBeGreaterThan(0));
    expect(unwilling.spans[0]?.parentSpanId ?? '').toBe('');
    await eventually(() => expect(other.logs()).toContain('spans cannot be sent'));
    await unwilling.stop();
  });
});
