import type { UpstreamTargets } from '@gatehouse/contracts';
import type { Logger } from '@gatehouse/service';
import type { Dispatcher } from 'undici';
import type { Exchange } from '../../request/exchange.js';
import type { Credential } from '../../tokens/credential.js';
import { hashOf } from '../balance/consistent-hash.js';
import { Canary } from '../canary/canary.js';
import type { Connections } from '../connections.js';
import { type Copied, Mirror } from '../mirror/mirror.js';
import { GroupCall } from './group-call.js';
import type { GroupSpec } from './group-spec.js';
import type { Member } from './member.js';
import { Members } from './members.js';
import { RetryBudget } from './retry-budget.js';

/** Several targets as one upstream. It outlives reloads that leave it alone. */
export class UpstreamGroup {
  readonly name: string;
  readonly members: Members;
  readonly canary: Canary | undefined;
  readonly mirror: Mirror | undefined;
  readonly budget: RetryBudget;
  /** Requests that were sent once more. */
  retries = 0;
  /** Requests refused because every breaker was open. */
  refused = 0;

  constructor(
    readonly spec: GroupSpec,
    /** Whose routes it serves. */
    readonly tenant: string,
    firstRoute: string,
    connections: Connections,
    logger: Pick<Logger, 'info' | 'warn'>,
  ) {
    this.name = spec.name ?? firstRoute;
    const membersOf = (targets: UpstreamTargets) =>
      new Members(targets, spec, connections, (target, to) => {
        const about = { upstream: this.name, target };
        if (to === 'open') logger.warn(about, 'the target fails too often; its breaker is open');
        else logger.info(about, 'the target is back; its breaker is closed');
      });
    this.members = membersOf(spec.targets);
    this.canary = spec.canary && new Canary(spec.canary, membersOf(spec.canary.targets));
    this.mirror = spec.mirror && new Mirror(spec.mirror, connections.senderTo(spec.mirror.url));
    this.budget = new RetryBudget(spec.retries);
  }

  /**
   * How a request is sent, and sent again.
   * @param options with the path as it is behind the target's own.
   */
  senderOf(
    exchange: Exchange,
    credential: Credential,
    options: Dispatcher.DispatchOptions & Copied,
  ): (handler: Dispatcher.DispatchHandler) => void {
    this.budget.earn();
    const key = this.keyOf(exchange, credential);
    const forCanary = this.canary?.takes(exchange.request, credential.tokenId) ?? false;
    const sent =
      this.mirror && !options.upgrade
        ? { ...options, body: this.mirror.copy(options, exchange.response) }
        : options;
    return (handler) =>
      new GroupCall({ group: this, exchange, key, forCanary, options: sent, handler }).start();
  }

  /**
   * Whom to send a request to. What the new version cannot take, or has failed at, goes to the old one.
   * @returns `undefined` when every breaker is open.
   */
  pick(key: number, tried: readonly Member[], forCanary: boolean): Member | undefined {
    const fresh = forCanary ? this.canary?.members.pick(key, tried) : undefined;
    return fresh && !tried.includes(fresh) ? fresh : this.members.pick(key, tried);
  }

  async stop(): Promise<void> {
    await this.members.stop();
    await this.canary?.members.stop();
  }

  private keyOf({ request, clientAddress }: Exchange, { tokenId }: Credential): number {
    const { balance } = this.spec;
    if (typeof balance === 'string') return 0;
    if (balance.hash === 'token') return hashOf(tokenId);
    const value = balance.hash === 'address' ? undefined : request.headers[balance.hash.header.toLowerCase()];
    return hashOf(typeof value === 'string' ? value : clientAddress);
  }
}
