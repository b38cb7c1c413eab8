import type { Senders } from '../tokens/binding/senders.js';
import { allow } from '../forward-auth/forward-auth.js';
import type { Requirement } from '../routes/requirement.js';
import type { Route } from '../routes/route.js';
import type { Credential } from '../tokens/credential.js';
import type { Credits } from '../credits/credits.js';
import type { SingleUses } from '../tokens/single-uses.js';
import type { Admission } from './admission.js';
import type { Exchange } from './exchange.js';
import type { Refusal } from './refusal.js';
import { inspectAll } from './inspection.js';
import { refusals } from './refusals.js';
import { wallClockMs } from '../wall-clock.js';

/** What {@link Checks} needs. */
export interface ChecksOptions {
  readonly senders: Pick<Senders, 'check'>;
  readonly singleUses: Pick<SingleUses, 'take'>;
  readonly credits: Pick<Credits, 'admit'>;
  /** Takes over a request that was let through. */
  readonly pass: (exchange: Exchange, route: Route, credential: Credential) => void;
}

/** What is asked once it is known whose a token is: its binding, the route's policies, its credits and limits, its one use. */
export class Checks {
  constructor(private readonly options: ChecksOptions) {}

  /** A token that is bound goes no further with anybody else. */
  admit(
    exchange: Exchange,
    token: string,
    route: Route,
    requirement: Requirement,
    credential: Credential,
  ): void {
    exchange.holder = credential;
    if (credential.binding === undefined && exchange.presentedAs !== 'DPoP')
      return this.decide(exchange, route, requirement, credential);
    const settle = (refused: Refusal | undefined) => {
      if (!refused) return this.decide(exchange, route, requirement, credential);
      exchange.refusedBy = 'binding';
      exchange.refuse(refused);
    };
    const checked = this.options.senders.check(exchange, token, credential);
    if (checked instanceof Promise)
      checked.then(settle).catch(() => exchange.refuse(refusals.internal, 'failed'));
    else settle(checked);
  }

  private decide(exchange: Exchange, route: Route, requirement: Requirement, credential: Credential): void {
    const { clientAddress, path } = exchange;
    const admission = { credential, clientAddress, path, requirement, sent: exchange, nowMs: wallClockMs() };
    if (isRefused(exchange, route, admission)) return;
    if (requirement.credits === 0 || !credential.creditHolders) return this.limit(exchange, route, admission);
    this.options.credits.admit(exchange, credential.creditHolders, requirement.credits, (hasWaited) => {
      if (hasWaited && isRefused(exchange, route, { ...admission, nowMs: wallClockMs() })) return;
      this.limit(exchange, route, admission);
    });
  }

  private limit(exchange: Exchange, route: Route, admission: Admission): void {
    if (route.limits.areNoneFor(admission.credential)) return this.inspect(exchange, route, admission);
    route.limits.admit(exchange, admission, (hasWaited) => {
      // It may have been revoked while it waited for its turn.
      if (hasWaited && isRefused(exchange, route, { ...admission, nowMs: wallClockMs() })) return;
      this.inspect(exchange, route, admission);
    });
  }

  private inspect(exchange: Exchange, route: Route, admission: Admission): void {
    const { credential } = admission;
    if (!route.inspections) return this.pass(exchange, route, credential);
    inspectAll(exchange, route.inspections, () => {
      // Nor is it waited for without asking again.
      if (isRefused(exchange, route, { ...admission, nowMs: wallClockMs() })) return;
      this.pass(exchange, route, credential);
    });
  }

  /** Last of all, so that what is refused for another reason uses nothing up. */
  private pass(exchange: Exchange, route: Route, credential: Credential): void {
    if (!credential.singleUse) return this.letThrough(exchange, route, credential);
    const settle = (refused: Refusal | undefined) => {
      if (!refused) return this.letThrough(exchange, route, credential);
      exchange.refusedBy = 'single-use';
      exchange.refuse(refused);
    };
    const taken = this.options.singleUses.take(credential);
    taken.then(settle).catch(() => exchange.refuse(refusals.internal, 'failed'));
  }

  private letThrough(exchange: Exchange, route: Route, credential: Credential): void {
    if (exchange.isQuestion) allow(exchange, credential);
    else this.options.pass(exchange, route, credential);
  }
}

function isRefused(exchange: Exchange, route: Route, admission: Admission): boolean {
  for (const policy of route.policies) {
    const refused = policy.check(admission);
    if (!refused) continue;
    exchange.refusedBy = policy.name;
    exchange.refuse(refused);
    return true;
  }
  return false;
}
