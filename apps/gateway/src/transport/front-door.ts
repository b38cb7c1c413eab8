import type { Exchange } from '../request/exchange.js';
import { malformed, refusals } from '../request/refusals.js';
import { AcmeChallenge } from './acme-challenge.js';
import { httpsLocation } from './https-redirect.js';
import type { ListenerSpec, TlsSpec } from './listener-spec.js';

/** What a listener does with requests before any route is asked. */
export class FrontDoor {
  private constructor(
    private readonly challenge: AcmeChallenge | undefined,
    private readonly redirectPort: number | undefined,
    private readonly hsts: string | undefined,
  ) {}

  /** @returns `undefined` where the listener asks for nothing of the kind. */
  static of(spec: ListenerSpec, folder: string): FrontDoor | undefined {
    const { acmeChallenge, redirectToHttps, tls } = spec;
    if (!acmeChallenge && !redirectToHttps && !tls?.hsts) return undefined;
    const challenge = acmeChallenge && new AcmeChallenge(acmeChallenge, folder);
    return new FrontDoor(challenge, redirectToHttps?.port, tls?.hsts && hstsHeader(tls.hsts));
  }

  /** Whether the request is dealt with. */
  answers(exchange: Exchange): boolean {
    exchange.clientAddress = exchange.connection.address;
    if (this.hsts !== undefined) exchange.response.setHeader('strict-transport-security', this.hsts);
    const token = this.challenge?.tokenOf(exchange.method, exchange.path);
    if (this.challenge && token !== undefined) void this.answerChallenge(exchange, this.challenge, token);
    else if (this.redirectPort !== undefined) redirect(exchange, this.redirectPort);
    else return false;
    return true;
  }

  private async answerChallenge(exchange: Exchange, challenge: AcmeChallenge, token: string): Promise<void> {
    const body = await challenge.answerTo(token);
    if (!body) return exchange.refuse(refusals.noRoute);
    exchange.status = 200;
    exchange.responseBytes = body.length;
    const headers = ['content-type', 'application/octet-stream', 'content-length', `${body.length}`];
    exchange.finish('served', () => exchange.response.writeHead(200, headers).end(body));
  }
}

/** RFC 9110 §15.4.9: the method and body stay what they are. */
function redirect(exchange: Exchange, port: number): void {
  const location = exchange.head.flaw ? undefined : httpsLocation(exchange.head.host, exchange.target, port);
  if (location === undefined) exchange.refuse(malformed('Send one Host header, and a path.'));
  else exchange.answer(308, ['location', location]);
}

/** RFC 6797 §6.1. */
const hstsHeader = ({ maxAgeSeconds, includeSubDomains, preload }: NonNullable<TlsSpec['hsts']>): string =>
  `max-age=${maxAgeSeconds}${includeSubDomains ? '; includeSubDomains' : ''}${preload ? '; preload' : ''}`;
