import { IpList } from '../request/ip-list.js';
import { addIdentity } from '../request/identity-headers.js';
import type { InboundRequest } from '../request/answer.js';
import type { AskedRequest } from '../request/asked-request.js';
import type { Exchange } from '../request/exchange.js';
import type { Credential } from '../tokens/credential.js';
import type { ForwardAuthSpec } from './forward-auth-spec.js';

/** Decides for other proxies, which carry the traffic themselves. */
export class ForwardAuth {
  readonly proxies: IpList;

  constructor(private readonly spec: ForwardAuthSpec) {
    this.proxies = new IpList(spec.proxies);
  }

  /** Whether a request is such a question; from anybody else it is a request like others. */
  isAskedBy(peer: string, path: string): boolean {
    const { path: place } = this.spec;
    return (
      path.startsWith(place) &&
      (path.length === place.length || path.charCodeAt(place.length) === 0x2f) &&
      this.proxies.has(peer)
    );
  }

  /** @returns `undefined` when the proxy does not say what it asks about, or says it twice. */
  askedOf(request: InboundRequest, path: string): AskedRequest | undefined {
    const { path: place, statuses } = this.spec;
    const onlyDenies = statuses === '401-403';
    const { url = '', method = '' } = request;
    if (path.length > place.length) {
      // Envoy: the request as it is, behind the prefix; what the client wrote into X-Forwarded-… is not looked at.
      return { method, target: url.slice(place.length), host: request.headers.host ?? '', onlyDenies };
    }
    const target = onlyValue(request, 'x-forwarded-uri');
    const asked = onlyValue(request, 'x-forwarded-method');
    const host = onlyValue(request, 'x-forwarded-host');
    return target && asked && host ? { method: asked, target, host, onlyDenies } : undefined;
  }
}

/** Tells the proxy that the request may pass, and whose it is. */
export function allow(exchange: Exchange, credential: Credential): void {
  exchange.dispatchedAt = performance.now();
  exchange.answer(200, addIdentity([], exchange, credential));
}

function onlyValue({ rawHeaders }: InboundRequest, name: string): string | undefined {
  const values = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === name);
  return values.length === 1 ? values[0] : undefined;
}
