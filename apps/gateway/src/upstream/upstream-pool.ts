import { type buildConnector, type Dispatcher, Pool } from 'undici';
import type { OwnSender } from './connections.js';
import { laneConnector } from './lane/lane-connector.js';
import { LanePool, type WholeRequest } from './lane/lane-pool.js';
import { linesOf } from './lane/request-text.js';
import { NOT_BEGUN } from './not-begun.js';

const MAX_ANSWER_HEADER_BYTES = 64 * 1024;

/** How the connections of a pool are made and kept. */
export interface UpstreamPoolOptions {
  readonly origin: string;
  readonly connections: number;
  readonly keepAliveMs: number;
  /** What every connection is made with, its time-out included. */
  readonly connect: buildConnector.BuildOptions;
}

/** Connections to one upstream over HTTP/1.1. What is at hand as a whole takes the short way, bodies that still come go by undici. */
export class UpstreamPool implements OwnSender {
  private readonly lane: LanePool;
  private readonly streams: Pool;

  constructor({ origin, connections, keepAliveMs, connect }: UpstreamPoolOptions) {
    this.lane = new LanePool({
      origin: new URL(origin),
      connect: laneConnector(connect),
      maxConnections: connections,
      keepAliveMs,
    });
    this.streams = new Pool(origin, {
      connections,
      pipelining: 1,
      connect,
      keepAliveTimeout: keepAliveMs,
      maxHeaderSize: MAX_ANSWER_HEADER_BYTES,
    });
  }

  /** Sends a request; the answer comes to the handler, or why there is none. */
  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { method, path, headers, body = null, upgrade, headersTimeout, bodyTimeout } = request;
    if (upgrade || !isFlat(headers) || !(body === null || Buffer.isBuffer(body)))
      return this.streams.dispatch(request, handler);
    let lines: string;
    try {
      lines = linesOf(headers);
    } catch (error) {
      handler.onResponseError?.(NOT_BEGUN, error as Error);
      return true;
    }
    const timeouts = { headersTimeout: headersTimeout ?? 0, bodyTimeout: bodyTimeout ?? 0 };
    this.lane.dispatch({ method, path, lines, body, ...timeouts }, handler);
    return true;
  }

  /** Sends a request that is at hand as a whole. */
  send(request: WholeRequest, handler: Dispatcher.DispatchHandler): void {
    this.lane.dispatch(request, handler);
  }

  /** Finishes what is under way. */
  async close(): Promise<void> {
    this.lane.close();
    await this.streams.close();
  }

  /** Breaks off what is under way. */
  async destroy(): Promise<void> {
    this.lane.destroy();
    await this.streams.destroy();
  }
}

/** A flat list of names and values, as the gateway makes them. */
const isFlat = (headers: Dispatcher.DispatchOptions['headers']): headers is string[] =>
  Array.isArray(headers) && headers.every((text) => typeof text === 'string');
