import type { BacktestExample, BacktestReport, RecordedRequest } from '@gatehouse/contracts';
import type { Objection } from './judge.js';

interface Refused {
  requests: number;
  readonly first: BacktestExample;
  last: BacktestExample;
}

/** Adds up what a backtest finds. It grows with rules and tokens, not with requests. */
export class BacktestTally {
  private readonly counts = { requests: 0, notJudged: 0, wouldRefuse: 0, wouldLetThrough: 0 };
  private readonly unknown = { tokens: new Set<string>(), requests: 0 };
  private readonly rules = new Map<string, Refused & Objection & { readonly tokens: Set<string> }>();
  private readonly tokens = new Map<string, Refused>();
  private first: string | null = null;
  private last: string | null = null;

  get requests(): number {
    return this.counts.requests;
  }

  count({ arrivedAt }: RecordedRequest): void {
    this.counts.requests++;
    this.first ??= arrivedAt;
    this.last = arrivedAt;
  }

  passOver(): void {
    this.counts.notJudged++;
  }

  ofUnknown({ tokenId }: RecordedRequest): void {
    this.unknown.tokens.add(tokenId);
    this.unknown.requests++;
  }

  letThrough(): void {
    this.counts.wouldLetThrough++;
  }

  refuse(request: RecordedRequest, objection: Objection): void {
    this.counts.wouldRefuse++;
    const { tokenId } = request;
    const example = exampleOf(request);
    const key = `${objection.route} ${objection.rule} ${objection.code}`;
    const ofRule = this.rules.get(key) ?? {
      requests: 0,
      first: example,
      last: example,
      ...objection,
      tokens: new Set(),
    };
    this.rules.set(key, ofRule);
    ofRule.tokens.add(tokenId);
    const ofToken = this.tokens.get(tokenId) ?? { requests: 0, first: example, last: example };
    this.tokens.set(tokenId, ofToken);
    for (const refused of [ofRule, ofToken]) {
      refused.requests++;
      refused.last = example;
    }
  }

  /** @param top how many tokens to name. */
  report(top: number): BacktestReport {
    const byToken = [...this.tokens].map(([tokenId, refused]) => ({ tokenId, ...refused })).toSorted(byCount);
    return {
      from: this.first,
      to: this.last,
      ...this.counts,
      unknown: { tokens: this.unknown.tokens.size, requests: this.unknown.requests },
      byRule: [...this.rules.values()]
        .map((rule) => ({ ...rule, tokens: rule.tokens.size }))
        .toSorted(byCount),
      byToken: byToken.slice(0, top),
      moreTokens: Math.max(0, byToken.length - top),
    };
  }
}

const byCount = (a: Refused, b: Refused): number => b.requests - a.requests;

const exampleOf = (request: RecordedRequest): BacktestExample => {
  const { arrivedAt, requestId, tokenId, method, path, clientAddress } = request;
  return { arrivedAt, requestId, tokenId, method, path, clientAddress };
};
