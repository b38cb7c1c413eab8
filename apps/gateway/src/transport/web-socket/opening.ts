import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Exchange } from '../../request/exchange.js';
import { refusals } from '../../request/refusals.js';
import { refusalOf, UpstreamRefused } from '../../upstream/upstream-refused.js';
import { acceptOf } from './handshake.js';
import type { Upgrade } from './upgrade.js';

/** The client went away. */
const CLIENT_GONE = new Error('the client closed the connection');

/** The handshake of one WebSocket at its upstream. */
export class Opening implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private isOpen = false;

  /** @param onOpen gets the upstream's side, when the client was told. */
  constructor(
    private readonly exchange: Exchange,
    private readonly upgrade: Upgrade,
    private readonly onOpen: (upstream: Duplex) => void,
  ) {
    const left = () => this.isOpen || this.abandon();
    upgrade.client.once('end', left).once('close', left);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.upgrade.client.destroyed) this.abandon();
  }

  /** Over HTTP/1.1 with 101; over HTTP/2, where nobody could take it for something else, with 200. */
  onRequestUpgrade(
    _: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    upstream: Duplex,
  ): void {
    const { exchange, upgrade } = this;
    exchange.upstreamMs = performance.now() - exchange.dispatchedAt;
    if (exchange.finished) return void upstream.destroy();
    if (status === 101 && headers['sec-websocket-accept'] !== acceptOf(upgrade.key)) {
      upstream.destroy();
      return exchange.refuse(refusals.upstreamUnavailable, 'failed');
    }
    this.isOpen = true;
    exchange.status = upgrade.accept(headers, exchange.requestId);
    this.onOpen(upstream);
  }

  /** It answered, and takes none. */
  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status >= 200) controller.abort(new UpstreamRefused(refusals.upstreamUnavailable));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.exchange.refuse(refusalOf(error), 'failed');
  }

  private abandon(): void {
    this.exchange.finish('aborted', () => {});
    this.controller?.abort(CLIENT_GONE);
  }
}
