import type { ConsumeAnswer, ConsumeBody } from '@gatehouse/contracts';
import { newId } from '@gatehouse/kernel';
import { RecentMap } from '../recent-map.js';
import type { Refusal } from '../request/refusal.js';
import { refusals } from '../request/refusals.js';
import type { Credential } from './credential.js';

/** Past it requests are refused rather than queued without end. */
const MAX_UNDER_WAY = 1_000;
/** Tokens whose end is known, so that repeating one costs the issuer nothing. */
const REMEMBERED_ENDS = 50_000;

/** Asks the issuer; throws when it does not answer. */
export type Consume = (use: ConsumeBody) => Promise<ConsumeAnswer>;

/** Single-use tokens, of which the issuer alone knows whether a request is the one they are good for. */
export class SingleUses {
  private readonly ended = new RecentMap<string, Refusal>(REMEMBERED_ENDS);
  private underWay = 0;

  constructor(private readonly consume: Consume) {}

  /** @returns why the request may not go on; `undefined`: it is the one. Without the issuer's word there is none. */
  async take(credential: Credential): Promise<Refusal | undefined> {
    const known = this.ended.get(credential.tokenId);
    if (known) return known;
    if (this.underWay >= MAX_UNDER_WAY) return refusals.issuerUnavailable;
    this.underWay++;
    try {
      return await this.ask(credential);
    } catch {
      return refusals.issuerUnavailable;
    } finally {
      this.underWay--;
    }
  }

  private async ask({ tokenId, tenant }: Credential): Promise<Refusal | undefined> {
    const { outcome } = await this.consume({ tokenId, tenant, useId: newId('use') });
    const over = outcome === 'ended' ? refusals.tokenRevoked : refusals.tokenConsumed;
    this.ended.set(tokenId, over);
    return outcome === 'consumed' ? undefined : over;
  }
}
