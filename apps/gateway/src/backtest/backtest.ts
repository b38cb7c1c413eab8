import {
  BacktestInput,
  type BacktestReport,
  type ProblemCode,
  type RecordedRequest,
} from '@gatehouse/contracts';
import { BacktestTally } from './backtest-tally.js';
import type { Judge } from './judge.js';
import { RecordedCredentials } from './recorded-credential.js';

/** Said by rules of gateway.yaml to tokens that were good: other rules may say something else. */
const BY_RULE: ReadonlySet<string> = new Set<ProblemCode>([
  'ip-not-allowed',
  'scope-insufficient',
  'role-missing',
  'bot-refused',
  'rate-limited',
  'quota-exhausted',
  'too-many-at-once',
]);

/** What {@link Backtest} needs. */
export interface BacktestOptions {
  /** Whether the rules are for what was recorded on a route, by its id. */
  readonly isMeant: (route: string) => boolean;
  readonly judge: Judge;
  /** With the rules as they are: what they refuse is not put down to the new ones. Absent: the record alone says it. */
  readonly baseline?: Judge | undefined;
}

/** Holds recorded requests against new rules. */
export class Backtest {
  private readonly credentials = new RecordedCredentials();
  private readonly tally = new BacktestTally();

  constructor(private readonly options: BacktestOptions) {}

  /** How many requests were read. */
  get done(): number {
    return this.tally.requests;
  }

  /**
   * Takes a line: requests in the order they came.
   * @throws ZodError for one that is none.
   */
  take(line: string): void {
    const input = BacktestInput.parse(JSON.parse(line));
    if ('token' in input) this.credentials.learn(input.token);
    else this.judge(input.request);
  }

  report(top: number): BacktestReport {
    return this.tally.report(top);
  }

  private judge(request: RecordedRequest): void {
    this.tally.count(request);
    const wasRefused = request.outcome === 'refused';
    if (request.tokenId === '' || (wasRefused && !BY_RULE.has(request.code))) return this.tally.passOver();
    if (!this.options.isMeant(request.route)) return this.tally.passOver();
    if (!this.credentials.knows(request.tokenId)) this.tally.ofUnknown(request);
    const credential = this.credentials.of(request);
    const objection = this.options.judge.objectionTo(request, credential);
    const before = this.options.baseline?.objectionTo(request, credential);
    if (objection && !wasRefused && !before) this.tally.refuse(request, objection);
    if (!objection && wasRefused) this.tally.letThrough();
  }
}
