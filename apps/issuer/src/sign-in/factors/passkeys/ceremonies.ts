import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Artifacts } from '../../../oauth/artifacts/artifacts.js';

const TTL_MS = 5 * 60_000;
const Kept = z.object({ challenge: z.string() });

/** What a ceremony is for (WebAuthn §7): the challenge of one opens no other. */
export type Ceremony = 'PasskeyEnrolment' | 'PasskeySignIn';

/** Challenges that were given out. Each is good for one answer, for a few minutes. */
@Injectable()
export class Ceremonies {
  constructor(@Inject(Artifacts) private readonly artifacts: Artifacts) {}

  /** @param of whose ceremony it is: an interaction, or a person. The challenge before is good no more. */
  async begin(ceremony: Ceremony, of: string, challenge: string): Promise<void> {
    const expiresAt = new Date(Date.now() + TTL_MS);
    await this.artifacts.keep(ceremony, of, { challenge }, { expiresAt });
  }

  /** The challenge to be answered; it is used up by this. */
  async finish(ceremony: Ceremony, of: string): Promise<string | undefined> {
    const kept = await this.artifacts.take(ceremony, of);
    return kept && Kept.parse(kept).challenge;
  }
}
