/** Longer than a proof can be valid: from its `iat` a minute ahead of us to a minute behind. */
const GENERATION_MS = 121_000;

/** What became of a proof's `jti`: taken now, taken before, or not to be taken because too many are remembered. */
export type ProofUse = 'first' | 'again' | 'too-many';

/** Bounds of {@link SeenProofs}, each per two minutes. */
export interface SeenProofsBounds {
  readonly perKey: number;
  readonly inAll: number;
}

/**
 * Remembers which DPoP proofs were used for as long as they are valid (RFC 9449 §11.1). Never forgets one for want of
 * room: past a bound new proofs are refused, and one key's bound keeps it from using up the others' room.
 */
export class SeenProofs {
  private young = new Map<string, Set<string>>();
  private old = new Map<string, Set<string>>();
  private held = 0;
  private turnedAt = 0;

  constructor(private readonly bounds: SeenProofsBounds = { perKey: 10_000, inAll: 250_000 }) {}

  /**
   * @param jkt thumbprint of the proof's key: two keys may choose the same `jti`.
   * @param nowMs of a monotonic clock.
   */
  use(jkt: string, jti: string, nowMs: number): ProofUse {
    this.turn(nowMs);
    const seen = this.young.get(jkt);
    if (seen?.has(jti) || this.old.get(jkt)?.has(jti)) return 'again';
    if (this.held >= this.bounds.inAll || (seen?.size ?? 0) >= this.bounds.perKey) return 'too-many';
    if (seen) seen.add(jti);
    else this.young.set(jkt, new Set([jti]));
    this.held++;
    return 'first';
  }

  private turn(nowMs: number): void {
    const age = nowMs - this.turnedAt;
    if (age < GENERATION_MS) return;
    this.old = age < 2 * GENERATION_MS ? this.young : new Map();
    this.young = new Map();
    this.held = 0;
    this.turnedAt = nowMs;
  }
}
