import type { Exchange } from '../../request/exchange.js';
import { malformed } from '../../request/refusals.js';
import type { Route } from '../../routes/route.js';
import type { Credential } from '../../tokens/credential.js';
import { dispatchTo } from '../../upstream/dispatch-to.js';
import type { SentRequest } from '../../upstream/send.js';
import { upstreamHeaders } from '../../upstream/upstream-headers.js';
import { wallClockMs } from '../../wall-clock.js';
import { Opening } from './opening.js';
import { Tunnel } from './tunnel.js';

/** A token that was revoked or has expired ends its WebSockets within this. */
const CHECK_MS = 250;

/** The WebSockets that are open. */
export class Tunnels {
  private readonly open = new Set<Tunnel>();
  private timer: NodeJS.Timeout | undefined;

  /** Opens one for a request that was let through, or refuses what the upstream does not take. */
  begin(exchange: Exchange, route: Route, credential: Credential): void {
    const { upstream, webSocket } = route;
    const { upgrade } = exchange;
    if (!upstream || !webSocket || !upgrade)
      return exchange.refuse(malformed('No protocol upgrade is offered here.'));
    const headers = upstreamHeaders(exchange, credential);
    // What a client of HTTP/2 does not send, an upstream of HTTP/1.1 asks for.
    if (exchange.isHttp2) headers.push('sec-websocket-key', upgrade.key);
    const request: SentRequest = {
      path: upstream.targetOf(exchange.target),
      method: 'GET',
      headers,
      body: null,
      upgrade: 'websocket',
      headersTimeout: upstream.headersTimeout,
    };
    exchange.dispatchedAt = performance.now();
    const opening = new Opening(exchange, upgrade, (socket) => {
      const isAllowed = stillAllowed(exchange, route, credential);
      const tunnel = new Tunnel(exchange, upgrade, socket, webSocket, isAllowed);
      this.add(tunnel);
      tunnel.open(() => this.forget(tunnel));
    });
    dispatchTo(upstream)(exchange, credential, request)(opening);
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
    for (const tunnel of this.open) tunnel.check(nowMs);
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
