import {
  AccessTokenAnswer,
  ConsumeAnswer,
  type ConsumeBody,
  DocumentText,
  FeedAnswer,
  LeaseCreditsAnswer,
  type LeaseCreditsBody,
  LookupAnswer,
  type LookupBody,
  OpenedFields,
  type OpenFieldsBody,
} from '@gatehouse/contracts';
import type { ApiOptions } from './api-options.js';
import { ServiceChannel } from './lib/service-channel.js';

/** What guards and other services ask the issuer. Errors as with `IssuerApi`, which can do this too. */
export class IssuerServiceApi {
  protected readonly channel: ServiceChannel;

  constructor(options: ApiOptions) {
    this.channel = new ServiceChannel(options);
  }

  /**
   * What a guard needs to know of a token (`tokens:lookup`).
   * @param digest base64url SHA-256 of the token: the secret itself never travels.
   * @param presented with one exception: a key of another system that may have been imported by its HMAC.
   */
  lookup(digest: string, presented?: LookupBody['presented']): Promise<LookupAnswer> {
    const body = { digest, ...(presented && { presented }) };
    return this.channel.postJson({ path: '/v1/tokens/lookup', body, repeatable: true }, LookupAnswer);
  }

  /** Who calls a management API with one of the issuer's access tokens, as of now (`tokens:lookup`). */
  lookupAccessToken(token: string): Promise<AccessTokenAnswer> {
    const path = '/v1/access-tokens/lookup';
    return this.channel.postJson({ path, body: { token }, repeatable: true }, AccessTokenAnswer);
  }

  /**
   * Takes the one use of a single-use access token (`tokens:lookup`): whoever is answered `consumed` may go on, nobody else.
   * @param body.useId fresh for each request that shows the token; never taken from that request.
   */
  consume(body: ConsumeBody): Promise<ConsumeAnswer> {
    return this.channel.postJson({ path: '/v1/tokens/consume', body, repeatable: true }, ConsumeAnswer);
  }

  /**
   * Leases credits to a gateway (`tokens:lookup`), says what it has spent of them and gives back the rest. Repeated, it does
   * nothing more.
   */
  leaseCredits(body: LeaseCreditsBody): Promise<LeaseCreditsAnswer> {
    return this.channel.postJson({ path: '/v1/credits/leases', body, repeatable: true }, LeaseCreditsAnswer);
  }

  /**
   * Opens sealed personal fields of the caller's tenant (`users:read`), at most 200; `null` for who was erased.
   * @param behalf.token of whom it is asked for; default: the client's own.
   * @param behalf.timeoutMs default: the client's.
   */
  openPersonalFields(
    items: OpenFieldsBody['items'],
    behalf: { token?: string; timeoutMs?: number } = {},
  ): Promise<OpenedFields> {
    const call = { path: '/v1/personal-fields/open', body: { items }, repeatable: true, ...behalf };
    return this.channel.postJson(call, OpenedFields);
  }

  /**
   * The catch-up feed (`events:read`), complete and in event-store order.
   * @param after exclusive position; `'0.0'` is the beginning.
   * @param limit at most 1000.
   */
  feed(after: string, limit = 500): Promise<FeedAnswer> {
    return this.channel.getJson('/v1/events', { after, limit }, FeedAnswer);
  }

  /**
   * An OpenAPI document that an API of a tenant names (`events:read`).
   * @param document as the API names it.
   */
  apiDocument(tenant: string, document: string): Promise<DocumentText> {
    const path = `/v1/tenants/${encodeURIComponent(tenant)}/api-documents/${encodeURIComponent(document)}`;
    return this.channel.getJson(path, {}, DocumentText);
  }

  /** Lets go of the kept-alive connections once the calls under way have ended. */
  close(): Promise<void> {
    return this.channel.close();
  }
}
