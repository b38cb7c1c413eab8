import {
  type RecordedRequest,
  RequestsAnswer,
  UsageAnswer,
  type UsageDimension,
  type UsageInterval,
} from '@gatehouse/contracts';
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

/** Which single requests to read. */
export interface RequestsSelection {
  /** Inclusive. */
  from: Date;
  /** Exclusive. */
  to: Date;
  route?: string | undefined;
  token?: string | undefined;
  /** Id of a published API: on its routes. */
  api?: string | undefined;
  /** Of those, only so many of the latest; default 100,000, at most a million. */
  last?: number;
}

/** The usage queries of analytics. Errors as with `IssuerApi`. */
export class UsageApi {
  readonly #channel: ServiceChannel;

  constructor(options: ApiOptions) {
    this.#channel = new ServiceChannel(options);
  }

  /** Calls, errors, latency, bytes and paid credits of the caller's tenant (`usage:read`), and how many records are known to be lost. */
  usage({ from, to, groupBy, ...rest }: UsageRequest = {}): Promise<UsageAnswer> {
    const query = {
      ...rest,
      from: from?.toISOString(),
      to: to?.toISOString(),
      groupBy: groupBy?.length ? groupBy.join(',') : undefined,
    };
    return this.#channel.getJson('/v1/usage', query, UsageAnswer);
  }

  /** Single requests of the caller's tenant in the order they came (`requests:read`), a page at a time as they are taken. */
  async *requests({ from, to, ...rest }: RequestsSelection): AsyncGenerator<RecordedRequest, void> {
    const query = { ...rest, from: from.toISOString(), to: to.toISOString() };
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: RequestsAnswer = await this.#channel.getJson(
        '/v1/requests',
        cursor === '' ? query : { ...query, cursor },
        RequestsAnswer,
      );
      yield* page.items;
      cursor = page.nextCursor;
    }
  }

  /** Lets go of the kept-alive connections once the calls under way have ended. */
  close(): Promise<void> {
    return this.#channel.close();
  }
}
