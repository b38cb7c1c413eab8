import type { Exchange } from '../../request/exchange.js';
import type { Refusal } from '../../request/refusal.js';
import { refusals } from '../../request/refusals.js';
import type { Credential } from '../credential.js';
import { proofRefusal } from './dpop-proof.js';
import { forwardedThumbprint } from './forwarded-certificate.js';
import { SeenProofs } from './seen-proofs.js';

/** Whether who presents a token is whom it is bound to. */
export class Senders {
  private readonly seen = new SeenProofs();

  /** Asked only for a token that is bound, or that came with a proof. */
  check(
    exchange: Exchange,
    token: string,
    { binding }: Credential,
  ): Promise<Refusal | undefined> | Refusal | undefined {
    if (binding?.x5tS256 !== undefined && binding.x5tS256 !== thumbprintSeen(exchange))
      return refusals.certificateMismatch;
    if (binding?.jkt === undefined)
      return exchange.presentedAs === 'DPoP' ? refusals.proofUncalledFor : undefined;
    // RFC 9449 §7.2: a bound token that is taken as Bearer is as good as an unbound one.
    const { method, scheme, head, path } = exchange;
    if (exchange.presentedAs !== 'DPoP' || head.proof === undefined) return refusals.proofRequired;
    const url = `${scheme}://${head.host}${path}`;
    return proofRefusal(head.proof, { method, url, token, jkt: binding.jkt }, this.seen);
  }
}

/** The client's certificate, or where a proxy of ours ended its TLS, what the proxy says of it. */
const thumbprintSeen = ({
  certificateHeader,
  certificateThumbprint,
  request,
}: Exchange): string | undefined =>
  certificateHeader ? forwardedThumbprint(request.rawHeaders, certificateHeader) : certificateThumbprint;
