import type { Exchange } from '../../request/exchange.js';
import { malformed, refusals } from '../../request/refusals.js';
import type { Route } from '../../routes/route.js';
import type { Credential } from '../../tokens/credential.js';
import { dispatchTo } from '../../upstream/dispatch-to.js';
import type { SentRequest } from '../../upstream/send.js';
import { upstreamHeaders } from '../../upstream/upstream-headers.js';
import { refusalOf, UpstreamRefused } from '../../upstream/upstream-refused.js';
import { switchingHead } from './handshake.js';
import { Tunnel } from './tunnel.js';
import { wallClockMs } from '../../wall-clock.js';

/** A token that was revoked or has expired ends its WebSockets within this. */
const CHECK_MS = 250;

/** The WebSockets that are open. */
export class Tunnels {
  private readonly open = new Set<Tunnel>();
  private timer: NodeJS.Timeout | undefined;

  /** Opens one for a request that was let through, or refuses what the upstream does not take. */
  begin(exchange: Exchange, route: Route, credential: Credential): void {
    const { upstream, webSocket } = route;
    if (!upstream || !webSocket || !exchange.upgrade)
      return exchange.refuse(malformed('No protocol upgrade is offered here.'));
    const idleMs = webSocket.idleSeconds * 1_000;
    const request: SentRequest = {
      path: upstream.targetOf(exchange.target),
      method: 'GET',
      headers: upstreamHeaders(exchange, credential),
      body: null,
      upgrade: 'websocket',
      headersTimeout: upstream.headersTimeout,
    };
    exchange.dispatchedAt = performance.now();
    dispatchTo(upstream)(exchange, credential, request)({
      onRequestStart: (controller) => {
        if (exchange.upgrade?.client.destroyed) controller.abort(new Error('the client left'));
      },
      onRequestUpgrade: (_, status, headers, socket) => {
        const { client, early } = exchange.upgrade!;
        exchange.status = status;
        exchange.upstreamMs = performance.now() - exchange.dispatchedAt;
        exchange.upgrade!.detach();
        if (client.destroyed) return void socket.destroy();
        client.write(switchingHead(headers, exchange.requestId));
        const tunnel = new Tunnel(exchange, client, socket, stillAllowed(exchange, route, credential));
        this.add(tunnel);
        tunnel.open(early, idleMs, () => this.forget(tunnel));
      },
      onResponseStart: (controller) => {
        controller.abort(new UpstreamRefused(refusals.upstreamUnavailable)); // it answered, and takes none
      },
      onResponseError: (_, error) => exchange.refuse(refusalOf(error), 'failed'),
    });
  }

  /** The gateway goes away. */
  drain(): void {
    for (const tunnel of this.open) tunnel.close(1001);
  }

  private add(tunnel: Tunnel): void {
    this.open.add(tunnel);
    this.timer ??= setInterval(() => this.check(), CHECK_MS).unref();
  }

  private forget(tunnel: Tunnel): void {
    this.open.delete(tunnel);
    if (this.open.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private check(): void {
    const nowMs = wallClockMs();
    for (const tunnel of this.open) if (!tunnel.isAllowed(nowMs)) tunnel.close(1008);
  }
}

/** The policies of its route are asked again: the token may have been revoked, suspended or have expired. */
function stillAllowed(sent: Exchange, route: Route, credential: Credential) {
  const { clientAddress, path, requirement } = sent;
  return (nowMs: number): boolean => {
    if (!requirement) return false;
    const admission = { credential, clientAddress, path, requirement, sent, nowMs };
    return route.policies.every((policy) => policy.check(admission) === undefined);
  };
}
