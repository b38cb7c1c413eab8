import { SessionList, type SessionView } from '@gatehouse/contracts';
import type { ApiOptions } from './api-options.js';
import { itemsOf } from './lib/pages.js';
import { ServiceChannel } from './lib/service-channel.js';

const PAGE_SIZE = 500;

/** Browsers that people of the caller's tenant are signed in with: `users:read` to look, `users:write` to end them. Errors as with `IssuerApi`. */
export class SessionsApi {
  readonly #channel: ServiceChannel;

  constructor(options: ApiOptions) {
    this.#channel = new ServiceChannel(options);
  }

  /**
   * Those that live, oldest first, fetched page by page as the caller reads on.
   * @param filter.user whose; default: the caller's own, or of everybody for a token that stands for nobody.
   */
  list({ user }: { user?: string | undefined } = {}): AsyncGenerator<SessionView, void> {
    return itemsOf((cursor) =>
      this.#channel.getJson('/v1/sessions', { user, cursor, limit: PAGE_SIZE }, SessionList),
    );
  }

  /** Ends one with everything granted in it, and tells its applications. */
  end(id: string): Promise<void> {
    return this.#channel.delete(`/v1/sessions/${encodeURIComponent(id)}`);
  }

  /** Lets go of the kept-alive connections once the calls under way have ended. */
  close(): Promise<void> {
    return this.#channel.close();
  }
}
