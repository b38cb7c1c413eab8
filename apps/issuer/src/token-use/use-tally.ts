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

/** What is known of one token: requests of one come again and again, so its rows are found by what it is called alone. */
interface UsedToken {
  readonly latest: Map<Use['secretId'], Use>;
  readonly scope: Map<string, UsedTrait>;
  readonly country: Map<string, UsedTrait>;
}

/** Many uses as the few rows they come to: the latest of each secret, first and last of each scope and country. */
export class UseTally {
  private readonly tokens = new Map<string, UsedToken>();
  private rowCount = 0;

  get isEmpty(): boolean {
    return this.rowCount === 0;
  }

  /** Rows it comes to. */
  get size(): number {
    return this.rowCount;
  }

  add(use: Use): void {
    const token = this.tokenOf(use);
    const known = token.latest.get(use.secretId);
    if (!known) this.rowCount += 1;
    if (!known || known.at < use.at) token.latest.set(use.secretId, use); // of two at one instant the first stays, as in the table
    for (const scope of use.scopes) this.see(token, use, 'scope', scope);
    if (use.country) this.see(token, use, 'country', use.country);
  }

  /** What is to be written down. */
  rows(): { secrets: Omit<Use, 'scopes'>[]; traits: UsedTrait[] } {
    const tokens = [...this.tokens.values()];
    return {
      secrets: tokens.flatMap(({ latest }) => [...latest.values()].map(({ scopes: _scopes, ...use }) => use)),
      traits: tokens.flatMap(({ scope, country }) => [...scope.values(), ...country.values()]),
    };
  }

  private tokenOf({ tenant, tokenId }: Use): UsedToken {
    const key = `${tenant} ${tokenId}`;
    const known = this.tokens.get(key);
    if (known) return known;
    const token = { latest: new Map(), scope: new Map(), country: new Map() };
    this.tokens.set(key, token);
    return token;
  }

  private see(token: UsedToken, { tokenId, tenant, at }: Use, kind: UsedTrait['kind'], value: string): void {
    const known = token[kind].get(value);
    if (!known) {
      this.rowCount += 1;
      token[kind].set(value, { tokenId, tenant, kind, value, first: at, last: at });
      return;
    }
    if (at < known.first) known.first = at;
    if (at > known.last) known.last = at;
  }
}
