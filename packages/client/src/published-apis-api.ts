import {
  ApiView,
  type ChangeApiBody,
  ChangedApi,
  DocumentText,
  type HistoryEvent,
  type PublishApiBody,
  RetiredApi,
  UploadedDocument,
} from '@gatehouse/contracts';
import type { z } from 'zod';
import type { ApiOptions } from './api-options.js';
import type { OnceOptions } from './issuer-api.js';
import { CollectionApi } from './lib/collection-api.js';

const UPLOAD_MS = 60_000;

/**
 * What the caller's tenant publishes for gateways to serve: `apis:read` to look, `apis:write` to change. Errors as with
 * `IssuerApi`.
 */
export class PublishedApisApi extends CollectionApi<ApiView> {
  constructor(options: ApiOptions) {
    super(options, '/v1/apis', ApiView);
  }

  /**
   * Every published API, the oldest first, fetched page by page as the caller reads on.
   * @param filter.name that one, or none.
   */
  list(filter: { name?: string | undefined } = {}): AsyncGenerator<ApiView, void> {
    return this.all({ ...filter });
  }

  /**
   * @param body.dryRun only says what would come of it.
   * @throws GatehouseProblem `conflict` when another API of the tenant has the name.
   */
  publish(body: z.input<typeof PublishApiBody>, options?: OnceOptions): Promise<ChangedApi> {
    return this.added(body, ChangedApi, options);
  }

  /**
   * Replaces all of an API.
   * @param body.version the version it was made from.
   * @param body.dryRun only says what would come of it.
   * @throws GatehouseProblem `conflict` when it has another version by now.
   */
  change(id: string, body: z.input<typeof ChangeApiBody>): Promise<ChangedApi> {
    return this.channel.putJson(this.pathOf(id), body, ChangedApi);
  }

  /** Retires an API for good; doing it again changes nothing. */
  retire(id: string, body: { reason: string; dryRun?: boolean }): Promise<RetiredApi> {
    return this.step(id, 'retire', body, RetiredApi);
  }

  /**
   * Uploads an OpenAPI document, which APIs of the tenant may name from then on (`apis:write`). Those that none has named for
   * a day are forgotten. The issuer reads and compiles it first, which takes seconds for a large one.
   * @throws GatehouseProblem `body-invalid` with the document's first mistake.
   */
  upload(text: string): Promise<UploadedDocument> {
    const call = { path: '/v1/api-documents', body: { text }, repeatable: true, timeoutMs: UPLOAD_MS };
    return this.channel.postJson(call, UploadedDocument);
  }

  /** A document as it was uploaded. */
  document(document: string): Promise<DocumentText> {
    return this.channel.getJson(`/v1/api-documents/${encodeURIComponent(document)}`, {}, DocumentText);
  }

  /** What happened to it, oldest first; also after its end. */
  events(id: string): AsyncGenerator<HistoryEvent, void> {
    return this.historyOf(id);
  }
}
