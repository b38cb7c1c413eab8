import { type HistoryEvent, HistoryPage, pageOf } from '@gatehouse/contracts';
import type { z } from 'zod';
import type { ApiOptions } from '../api-options.js';
import type { OnceOptions } from '../issuer-api.js';
import { itemsOf } from './pages.js';
import type { QueryValues } from './query-string.js';
import { ServiceChannel } from './service-channel.js';

const PAGE_SIZE = 500;

/** Things of one kind that the issuer keeps under one path, e.g. `/v1/teams`. */
export abstract class CollectionApi<View> {
  protected readonly channel: ServiceChannel;
  readonly #path: string;
  readonly #view: z.ZodType<View>;

  constructor(options: ApiOptions, path: string, view: z.ZodType<View>) {
    this.channel = new ServiceChannel(options);
    this.#path = path;
    this.#view = view;
  }

  /** One of them. @throws GatehouseProblem `not-found`, also for what is there and not the caller's to see. */
  get(id: string): Promise<View> {
    return this.channel.getJson(this.pathOf(id), {}, this.#view);
  }

  /** Lets go of the kept-alive connections once the calls under way have ended. */
  close(): Promise<void> {
    return this.channel.close();
  }

  protected all(filter: QueryValues = {}): AsyncGenerator<View, void> {
    return this.listOf(this.#path, this.#view, filter);
  }

  protected listOf<Item>(
    path: string,
    item: z.ZodType<Item>,
    filter: QueryValues = {},
  ): AsyncGenerator<Item, void> {
    const page = pageOf(item);
    return itemsOf((cursor) => this.channel.getJson(path, { limit: PAGE_SIZE, cursor, ...filter }, page));
  }

  protected historyOf(id: string): AsyncGenerator<HistoryEvent, void> {
    return itemsOf((cursor) => this.channel.getJson(this.pathOf(id, 'events'), { cursor }, HistoryPage));
  }

  /** Makes another one. Without a key not repeated when the connection breaks: it may have been made. */
  protected added<Answer>(body: unknown, answer: z.ZodType<Answer>, options?: OnceOptions): Promise<Answer> {
    return this.once(this.#path, body, answer, options);
  }

  protected once<Answer>(
    path: string,
    body: unknown,
    answer: z.ZodType<Answer>,
    { idempotencyKey }: OnceOptions = {},
  ): Promise<Answer> {
    const repeatable = idempotencyKey !== undefined;
    return this.channel.postJson({ path, body, repeatable, idempotencyKey }, answer);
  }

  protected changed<Answer>(id: string, changes: unknown, answer: z.ZodType<Answer>): Promise<Answer> {
    return this.channel.patchJson(this.pathOf(id), changes, answer);
  }

  /** What happens to it and may be asked for twice, e.g. `suspend`. */
  protected step<Answer>(id: string, what: string, body: unknown, answer: z.ZodType<Answer>) {
    return this.channel.postJson({ path: this.pathOf(id, what), body, repeatable: true }, answer);
  }

  protected pathOf(id: string, ...further: string[]): string {
    return [this.#path, ...[id, ...further].map(encodeURIComponent)].join('/');
  }
}
