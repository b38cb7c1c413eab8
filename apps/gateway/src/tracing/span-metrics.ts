import { Counter } from '@gatehouse/service';
import type { SpanExport } from './span-export.js';

/** Shows how many spans were sent and lost. */
export function observeSpans(spans: Pick<SpanExport, 'sent' | 'dropped'>): void {
  total('spans_sent', 'Spans that the collector took', () => spans.sent);
  total('spans_dropped', 'Spans that found no room or no collector', () => spans.dropped);
}

const total = (name: string, help: string, read: () => number) =>
  new Counter({
    name: `gatehouse_gateway_${name}_total`,
    help,
    collect() {
      this.reset();
      this.inc(read());
    },
  });
