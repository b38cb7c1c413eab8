import type { RequestPart } from './request-part.js';

/** Most records kept: some 50 MB. What does not fit is simply delivered again. */
const MAX_RECORDS = 50_000;

interface Waiting {
  /** When the gateway's first early part came, after which nothing was accepted from it. */
  since: number;
  parts: Map<string, RequestPart>;
}

/**
 * Parts that came before their turn, as after a crash, when what was under way comes again later than what follows it. They
 * stay unacknowledged; kept here, they need not be delivered again, one by one, when their turn has come.
 */
export class EarlyParts {
  private readonly gateways = new Map<string, Waiting>();
  private records = 0;

  /** Keeps a sound part while there is room, and says for how long its gateway has been waiting. */
  keep(part: RequestPart, now: number): number {
    const waiting = this.gateways.get(part.gateway) ?? { since: now, parts: new Map() };
    this.gateways.set(part.gateway, waiting);
    const key = `${part.batch}/${part.part}`;
    const fits = this.records + part.records.length <= MAX_RECORDS;
    if (fits && !part.defect && !waiting.parts.has(key)) {
      waiting.parts.set(key, part);
      this.records += part.records.length;
    }
    return now - waiting.since;
  }

  /** Takes the parts of the batch after the watermark of a gateway that has got on, and forgets those up to it. */
  take(gateway: string, watermark: number, now: number): RequestPart[] {
    const waiting = this.gateways.get(gateway);
    if (!waiting) return [];
    const next: RequestPart[] = [];
    waiting.since = now;
    for (const [key, part] of waiting.parts) {
      if (part.batch > watermark + 1) continue;
      if (part.batch === watermark + 1) next.push(part);
      waiting.parts.delete(key);
      this.records -= part.records.length;
    }
    if (waiting.parts.size === 0) this.gateways.delete(gateway);
    return next;
  }
}
