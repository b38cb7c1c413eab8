/** One request that a token was let through with. */
export interface Use {
  readonly tokenId: string;
  readonly tenant: string;
  readonly secretId: string;
  /** ISO 8601, UTC, to the millisecond: such texts sort as the instants do. */
  readonly at: string;
  readonly ip: string;
  readonly country: string;
  readonly scopes: readonly string[];
}

interface UsedTrait {
  readonly tokenId: string;
  readonly tenant: string;
  readonly kind: 'scope' | 'country';
  readonly value: string;
  first: string;
  last: string;
}

/** Many uses as the few rows they come to: the latest of each secret, first and last of each scope and country. */
export class UseTally {
  private readonly latest = new Map<string, Use>();
  private readonly seen = new Map<string, UsedTrait>();

  get isEmpty(): boolean {
    return this.latest.size === 0;
  }

  /** Rows it comes to. */
  get size(): number {
    return this.latest.size + this.seen.size;
  }

  add(use: Use): void {
    const key = `${use.tenant} ${use.tokenId} ${use.secretId}`;
    const known = this.latest.get(key);
    if (!known || known.at < use.at) this.latest.set(key, use); // of two at one instant the first stays, as in the table
    for (const scope of use.scopes) this.see(use, 'scope', scope);
    if (use.country) this.see(use, 'country', use.country);
  }

  /** What is to be written down. */
  rows(): { secrets: Omit<Use, 'scopes'>[]; traits: UsedTrait[] } {
    return {
      secrets: [...this.latest.values()].map(({ scopes: _scopes, ...use }) => use),
      traits: [...this.seen.values()],
    };
  }

  private see({ tokenId, tenant, at }: Use, kind: UsedTrait['kind'], value: string): void {
    const key = `${tenant} ${tokenId} ${kind} ${value}`;
    const known = this.seen.get(key);
    if (!known) {
      this.seen.set(key, { tokenId, tenant, kind, value, first: at, last: at });
      return;
    }
    if (at < known.first) known.first = at;
    if (at > known.last) known.last = at;
  }
}
