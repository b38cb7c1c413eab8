import type { Dispatcher } from 'undici';
import type { Exchange } from '../../request/exchange.js';
import type { Credential } from '../../tokens/credential.js';
import { hashOf } from '../balance/consistent-hash.js';
import { GroupCall } from './group-call.js';
import type { GroupSpec } from './group-spec.js';
import { type Connections, Members } from './members.js';
import { RetryBudget } from './retry-budget.js';

/** Several targets as one upstream. It outlives reloads that leave it alone. */
export class UpstreamGroup {
  readonly name: string;
  readonly members: Members;
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
  ) {
    this.name = spec.name ?? firstRoute;
    this.members = new Members(spec.targets, spec, connections);
    this.budget = new RetryBudget(spec.retries);
  }

  /**
   * How a request is sent, and sent again.
   * @param options with the path as it is behind the target's own.
   */
  senderOf(
    exchange: Exchange,
    credential: Credential,
    options: Dispatcher.DispatchOptions,
  ): (handler: Dispatcher.DispatchHandler) => void {
    this.budget.earn();
    const key = this.keyOf(exchange, credential);
    return (handler) => new GroupCall({ group: this, exchange, key, options, handler }).start();
  }

  async stop(): Promise<void> {
    await this.members.stop();
  }

  private keyOf({ request, clientAddress }: Exchange, { tokenId }: Credential): number {
    const { balance } = this.spec;
    if (typeof balance === 'string') return 0;
    if (balance.hash === 'token') return hashOf(tokenId);
    const value = balance.hash === 'address' ? undefined : request.headers[balance.hash.header.toLowerCase()];
    return hashOf(typeof value === 'string' ? value : clientAddress);
  }
}
