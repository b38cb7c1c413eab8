import {
  type LeaseAnswer,
  type LeaseCreditsAnswer,
  type LeaseCreditsBody,
  MOST_LEASES,
} from '@gatehouse/contracts';
import type { TokenChanges } from '../tokens/token-changes.js';
import { CreditAccount } from './credit-account.js';

/** How often the issuer is told what was spent, and given back what nobody spends. */
const ROUND_MS = 500;
const CALLS_AT_ONCE = 2;
/** Holders whose credits this gateway has in mind at once. */
const MOST_ACCOUNTS = 100_000;

/** Asks the issuer; throws when it does not answer. */
export type LeaseCredits = (body: LeaseCreditsBody) => Promise<LeaseCreditsAnswer>;

/** Leases of credits, kept up in the background: many in one call, and asked for again before they run out. */
export class CreditLeases {
  private readonly accounts = new Map<string, CreditAccount>();
  private readonly due = new Set<CreditAccount>();
  private readonly underWay = new Set<CreditAccount>();
  private calls = 0;
  private isScheduled = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly gateway: string,
    private readonly lease: LeaseCredits,
    private readonly changes: Pick<TokenChanges, 'markOf'>,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.round(), ROUND_MS);
    this.timer.unref();
  }

  /** Gives back what was not spent, within the bound of one call. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    const held = [...this.accounts.values()];
    for (const account of held) account.retire();
    const calls: Promise<unknown>[] = [];
    for (let i = 0; i < held.length; i += MOST_LEASES)
      calls.push(this.ask(held.slice(i, i + MOST_LEASES)).catch(() => {}));
    await Promise.all(calls);
  }

  /** `undefined`: more than can be kept in mind. */
  accountOf(holder: string): CreditAccount | undefined {
    const known = this.accounts.get(holder);
    if (known || this.accounts.size >= MOST_ACCOUNTS) return known;
    const account = new CreditAccount(holder, this.changes);
    this.accounts.set(holder, account);
    return account;
  }

  /** Of how many there is something in hand, and how much. */
  held(): { leases: number; credits: number } {
    const now = performance.now();
    let [leases, credits] = [0, 0];
    for (const account of this.accounts.values()) {
      const held = account.held(now);
      if (held > 0) leases++;
      credits += held;
    }
    return { leases, credits };
  }

  /** Asks for more soon, with all that become due in this turn. */
  renew(account: CreditAccount): void {
    this.due.add(account);
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.next();
    });
  }

  private round(): void {
    const now = performance.now();
    for (const account of this.accounts.values()) if (account.isDue(now)) this.due.add(account);
    this.next();
  }

  private next(): void {
    while (this.calls < CALLS_AT_ONCE) {
      const group: CreditAccount[] = [];
      for (const account of this.due) {
        if (this.underWay.has(account)) continue;
        this.due.delete(account);
        group.push(account);
        if (group.length === MOST_LEASES) break;
      }
      if (group.length === 0) return;
      void this.run(group);
    }
  }

  private async run(group: readonly CreditAccount[]): Promise<void> {
    this.calls++;
    for (const account of group) this.underWay.add(account);
    try {
      await this.ask(group);
    } catch {
      for (const account of group) account.fail(performance.now());
    }
    this.calls--;
    for (const account of group) {
      this.underWay.delete(account);
      if (account.isWaitedFor) this.due.add(account);
    }
    this.next();
  }

  private async ask(group: readonly CreditAccount[]): Promise<void> {
    const asked = performance.now();
    const leases = group.map((account) => account.ask(asked));
    const answer = await this.lease({ gateway: this.gateway, leases });
    if (answer.leases.length !== group.length) throw new Error('the issuer answered about other leases');
    const now = performance.now();
    for (const [i, account] of group.entries()) {
      const told: LeaseAnswer = answer.leases[i]!;
      if (account.hear(told, leases[i]!, now)) this.accounts.delete(account.holder);
    }
  }
}
