import type { Logger } from '@gatehouse/service';
import type { Decisions } from '../decisions/decisions.js';
import type { EndedExchange } from './ended-exchange.js';
import type { Origins } from './origins/origins.js';
import { NO_ROUTE_TENANT, recordLine } from './record-line.js';
import type { RequestStats } from './request-stats.js';
import type { SpanExport } from '../tracing/span-export.js';
import type { Spool } from './spool/spool.js';

/** What {@link RequestLog} needs. */
export interface RequestLogOptions {
  readonly spool: Pick<Spool, 'append' | 'commit' | 'nextSeq'>;
  readonly origins: Pick<Origins, 'of'>;
  readonly stats: RequestStats;
  readonly decisions: Decisions;
  /** Undefined: no spans are made. */
  readonly spans: Pick<SpanExport, 'add'> | undefined;
  readonly logger: Pick<Logger, 'error'>;
}

interface Ended {
  readonly exchange: EndedExchange;
  readonly endedAt: number;
  readonly end: () => void;
}

/**
 * Every answered request becomes a record. Those that end in one turn of the event loop are written with one system
 * call, and only then are their answers let go: a killed process loses nothing that it answered.
 */
export class RequestLog {
  private ended: Ended[] = [];
  private readonly flush = () => this.flushNow();

  constructor(private readonly options: RequestLogOptions) {}

  /** @param end hands the client the last of the answer. */
  add(exchange: EndedExchange, end: () => void): void {
    if (this.ended.length === 0) setImmediate(this.flush);
    this.ended.push({ exchange, endedAt: performance.now(), end });
  }

  private flushNow(): void {
    const { spool, origins, stats, decisions, spans } = this.options;
    const turn = this.ended;
    this.ended = [];
    const at = new Date().toISOString();
    for (const { exchange, endedAt } of turn) {
      const origin = origins.of(exchange.clientAddress);
      const line = recordLine(exchange, { seq: spool.nextSeq(), at, origin, endedAt });
      spool.append(exchange.route?.tenant ?? NO_ROUTE_TENANT, line);
      stats.count(exchange, endedAt);
      decisions.add(exchange, line, endedAt);
      spans?.add(exchange, endedAt);
    }
    spool.commit();
    for (const { end, exchange } of turn) this.letGo(end, exchange);
  }

  private letGo(end: () => void, exchange: EndedExchange): void {
    try {
      end();
    } catch (error) {
      this.options.logger.error(
        { err: error, requestId: exchange.requestId },
        'an answer could not be ended',
      );
    }
  }
}
