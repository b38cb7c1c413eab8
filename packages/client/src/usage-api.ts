import { UsageAnswer, type UsageDimension, type UsageInterval } from '@gatehouse/contracts';
import type { ApiOptions } from './api-options.js';
import { ServiceChannel } from './lib/service-channel.js';

/** What to ask for. Any dimension may be a filter, e.g. `route: 'demo'`. */
export interface UsageRequest extends Partial<Record<UsageDimension, string | number>> {
  /** Inclusive; default one hour before `to`. */
  from?: Date;
  /** Exclusive; default now. */
  to?: Date;
  /** Length of one row's bucket; default `all`. */
  interval?: UsageInterval;
  /** At most four dimensions. */
  groupBy?: readonly UsageDimension[];
}

/** The usage queries of analytics. Errors as with `IssuerApi`. */
export class UsageApi {
  readonly #channel: ServiceChannel;

  constructor(options: ApiOptions) {
    this.#channel = new ServiceChannel(options);
  }

  /** Calls, errors, latency and bytes of the caller's tenant (`usage:read`), and how many records are known to be lost. */
  usage({ from, to, groupBy, ...rest }: UsageRequest = {}): Promise<UsageAnswer> {
    const query = {
      ...rest,
      from: from?.toISOString(),
      to: to?.toISOString(),
      groupBy: groupBy?.length ? groupBy.join(',') : undefined,
    };
    return this.#channel.getJson('/v1/usage', query, UsageAnswer);
  }

  /** Lets go of the kept-alive connections once the calls under way have ended. */
  close(): Promise<void> {
    return this.#channel.close();
  }
}
