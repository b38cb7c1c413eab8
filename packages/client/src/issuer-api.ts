import {
  FeedAnswer,
  IssuedToken,
  type IssueTokenBody,
  LookupAnswer,
  pageOf,
  RevokedToken,
  type TokenHistoryEvent,
  TokenHistoryPage,
  TokenView,
} from '@gatehouse/contracts';
import type { ApiOptions } from './api-options.js';
import { itemsOf } from './lib/pages.js';
import { ServiceChannel } from './lib/service-channel.js';

const TokenPage = pageOf(TokenView);
const PAGE_SIZE = 500;

/**
 * The issuer's management API. Every method throws `GatehouseProblem` when the issuer refuses, `GatehouseUnreachable`
 * when it cannot be asked, `UnexpectedAnswer` when it breaks the contract.
 */
export class IssuerApi {
  readonly #channel: ServiceChannel;

  constructor(options: ApiOptions) {
    this.#channel = new ServiceChannel(options);
  }

  /**
   * Issues a token (`tokens:write`). The answer's `token` is the secret: it is shown this once.
   * Not repeated when the connection breaks, because the token may have been issued: list by `name` to find out.
   */
  issue(body: IssueTokenBody): Promise<IssuedToken> {
    return this.#channel.postJson({ path: '/v1/tokens', body, repeatable: false }, IssuedToken);
  }

  /** One token of the caller's tenant (`tokens:read`). */
  get(id: string): Promise<TokenView> {
    return this.#channel.getJson(`/v1/tokens/${encodeURIComponent(id)}`, {}, TokenView);
  }

  /** Every token of the caller's tenant (`tokens:read`), fetched page by page as the caller reads on. */
  list(): AsyncGenerator<TokenView, void> {
    return itemsOf((cursor) => this.#channel.getJson('/v1/tokens', { limit: PAGE_SIZE, cursor }, TokenPage));
  }

  /** A token's history (`tokens:read`), oldest first. */
  events(id: string): AsyncGenerator<TokenHistoryEvent, void> {
    const path = `/v1/tokens/${encodeURIComponent(id)}/events`;
    return itemsOf((cursor) => this.#channel.getJson(path, { cursor }, TokenHistoryPage));
  }

  /**
   * Revokes a token for good (`tokens:write`); revoking it again succeeds and changes nothing (RFC 7009 §2.2).
   * @param options.waitForGateways waits until every live gateway refuses it; the answer then carries the receipt.
   */
  revoke(id: string, reason: string, { waitForGateways = false } = {}): Promise<RevokedToken> {
    const path = `/v1/tokens/${encodeURIComponent(id)}/revoke`;
    const query = { wait: waitForGateways ? 'gateways' : undefined };
    return this.#channel.postJson({ path, query, body: { reason }, repeatable: true }, RevokedToken);
  }

  /**
   * What a guard needs to know of a token (`tokens:lookup`).
   * @param digest base64url SHA-256 of the token: the secret itself never travels.
   */
  lookup(digest: string): Promise<LookupAnswer> {
    return this.#channel.postJson(
      { path: '/v1/tokens/lookup', body: { digest }, repeatable: true },
      LookupAnswer,
    );
  }

  /**
   * The catch-up feed (`events:read`), complete and in event-store order.
   * @param after exclusive position; `'0.0'` is the beginning.
   * @param limit at most 1000.
   */
  feed(after: string, limit = 500): Promise<FeedAnswer> {
    return this.#channel.getJson('/v1/events', { after, limit }, FeedAnswer);
  }

  /** Lets go of the kept-alive connections once the calls under way have ended. */
  close(): Promise<void> {
    return this.#channel.close();
  }
}
