import { json as bodyOf } from 'node:stream/consumers';
import { json, serve, type TestServer } from '@gatehouse/testing';

type Value = string | number | undefined;

/** A span as a collector gets it (OTLP/JSON), its attributes by name. */
export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code: number };
  attributes: Record<string, Value>;
}

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number | string; doubleValue?: number };
}

interface ExportRequest {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: (Omit<CollectedSpan, 'attributes'> & { attributes: Attribute[] })[] }[];
  }[];
}

/** A real OTLP/HTTP endpoint that keeps what it is sent. */
export interface Collector extends TestServer {
  readonly spans: CollectedSpan[];
  /** Of the latest sender. */
  readonly resource: Record<string, Value>;
  readonly received: { path: string; key: string | undefined; text: string }[];
}

/** @param status of every answer. */
export async function startCollector(status = 200): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const resource: Record<string, Value> = {};
  const received: Collector['received'] = [];
  const server = await serve((request, response) => {
    void bodyOf(request).then((body) => {
      const key = request.headers['x-key'];
      received.push({ path: request.url ?? '', key: key?.toString(), text: JSON.stringify(body) });
      for (const { resource: of, scopeSpans } of (body as ExportRequest).resourceSpans) {
        Object.assign(resource, valuesOf(of.attributes));
        for (const span of scopeSpans.flatMap((scope) => scope.spans))
          spans.push({ ...span, attributes: valuesOf(span.attributes) });
      }
      json(response, status, {});
    });
  });
  return { ...server, spans, resource, received };
}

const valuesOf = (attributes: Attribute[]): Record<string, Value> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.doubleValue]),
  );
