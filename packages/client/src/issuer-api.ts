import {
  bulkOf,
  IssuedToken,
  type IssueTokenBody,
  LeakReport,
  pageOf,
  ReportedLeak,
  type ReportLeakBody,
  RebuildStep,
  RevokedToken,
  type RotateTokenBody,
  type HistoryEvent,
  HistoryPage,
  TokenVerdict,
  TokenView,
  UnusedScopes,
  type VerifyTokenBody,
} from '@gatehouse/contracts';
import type { z } from 'zod';
import { IssuerServiceApi } from './issuer-service-api.js';
import { itemsOf } from './lib/pages.js';

const TokenPage = pageOf(TokenView);
const IssuedTokens = bulkOf(IssuedToken);
const PAGE_SIZE = 500;
/** Comparing a large read model says nothing meanwhile. */
const COMPARISON_MS = 300_000;

/** For what changes a token at the gateways. */
export interface ChangeOptions {
  /** Answer only when every live gateway has applied it, or after two seconds, with the receipt. */
  waitForGateways?: boolean;
}

/** For what must happen once, even when its answer is lost. */
export interface OnceOptions {
  /**
   * One random value, e.g. a UUID. Repeated with the same key and the same arguments within a day, the call does nothing
   * more and answers as it did the first time, secret included.
   */
  idempotencyKey?: string;
}

/**
 * The issuer's management API. Every method throws `GatehouseProblem` when the issuer refuses, `GatehouseUnreachable`
 * when it cannot be asked, `UnexpectedAnswer` when it breaks the contract.
 */
export class IssuerApi extends IssuerServiceApi {
  /**
   * Issues a token (`tokens:write`). The answer's `token` is the secret: it is shown this once.
   * Without an `idempotencyKey` not repeated when the connection breaks, because the token may have been issued.
   */
  issue(body: IssueTokenBody, options?: OnceOptions): Promise<IssuedToken> {
    return this.#once('/v1/tokens', body, IssuedToken, options);
  }

  /**
   * Issues 1 to 1000 tokens (`tokens:write`), each as {@link issue} does.
   * @returns what came of each, in the order asked: some may be refused while the others are issued.
   */
  async issueMany(
    tokens: readonly IssueTokenBody[],
    options?: OnceOptions,
  ): Promise<z.infer<typeof IssuedTokens>['results']> {
    return (await this.#once('/v1/tokens/bulk', { tokens }, IssuedTokens, options)).results;
  }

  /** One token of the caller's tenant (`tokens:read`). */
  get(id: string): Promise<TokenView> {
    return this.channel.getJson(`/v1/tokens/${encodeURIComponent(id)}`, {}, TokenView);
  }

  /**
   * Every token of the caller's tenant (`tokens:read`), fetched page by page as the caller reads on.
   * @param filter.unusedForDays only those that could be used and were not for that long, 1 to 3650 days; a token that was
   * never used counts from its issue.
   * @param filter.rotationDue only those whose policy wants a new secret within so many days, 0 to 3650.
   */
  list(filter: { unusedForDays?: number; rotationDue?: number } = {}): AsyncGenerator<TokenView, void> {
    return itemsOf((cursor) =>
      this.channel.getJson('/v1/tokens', { limit: PAGE_SIZE, cursor, ...filter }, TokenPage),
    );
  }

  /**
   * Which of a token's scopes nobody needs (`tokens:read`). Its `shrink` is the body of a `PATCH` that takes them away.
   * @param days how far back a scope's use counts, 1 to 3650.
   */
  unusedScopes(id: string, days = 90): Promise<UnusedScopes> {
    return this.channel.getJson(`/v1/tokens/${encodeURIComponent(id)}/scopes/unused`, { days }, UnusedScopes);
  }

  /**
   * Reports a leaked token (`leaks:report`); what happens to it is the tenant's policy. Without a `leakId` in the answer it
   * is no token of the caller's tenant. Reporting the same again changes nothing.
   */
  reportLeak(body: z.input<typeof ReportLeakBody>): Promise<ReportedLeak> {
    return this.channel.postJson({ path: '/v1/leaks', body, repeatable: true }, ReportedLeak);
  }

  /** What a leaked token may do and has done (`tokens:read`). */
  leak(leakId: string): Promise<LeakReport> {
    return this.channel.getJson(`/v1/leaks/${encodeURIComponent(leakId)}`, {}, LeakReport);
  }

  /** A token's history (`tokens:read`), oldest first. */
  events(id: string): AsyncGenerator<HistoryEvent, void> {
    const path = `/v1/tokens/${encodeURIComponent(id)}/events`;
    return itemsOf((cursor) => this.channel.getJson(path, { cursor }, HistoryPage));
  }

  /**
   * Revokes a token for good (`tokens:write`); revoking it again succeeds and changes nothing (RFC 7009 §2.2).
   */
  revoke(id: string, reason: string, options?: ChangeOptions): Promise<RevokedToken> {
    return this.#change(id, 'revoke', reason, options);
  }

  /** Refuses a token until it is resumed (`tokens:write`). */
  suspend(id: string, reason: string, options?: ChangeOptions): Promise<RevokedToken> {
    return this.#change(id, 'suspend', reason, options);
  }

  /** Lets a suspended token work again (`tokens:write`). */
  resume(id: string, reason: string, options?: ChangeOptions): Promise<RevokedToken> {
    return this.#change(id, 'resume', reason, options);
  }

  /**
   * Gives a token another secret under the same id (`tokens:write`). The answer's `token` is shown this once.
   * @param body.overlapSeconds how long the secrets from before keep working: 0 to 30 days, default one day.
   */
  rotate(
    id: string,
    body: z.input<typeof RotateTokenBody> = {},
    options?: OnceOptions,
  ): Promise<IssuedToken> {
    return this.#once(`/v1/tokens/${encodeURIComponent(id)}/rotate`, body, IssuedToken, options);
  }

  /**
   * Whether a token of the caller's tenant is good, and for what (`tokens:verify`). Spends `cost` of its credits, if it has
   * any (default 1); repeated because the connection broke, it may be spent twice, never less than once.
   */
  verify(body: VerifyTokenBody): Promise<TokenVerdict> {
    return this.channel.postJson({ path: '/v1/tokens/verify', body, repeatable: true }, TokenVerdict);
  }

  /**
   * Rebuilds the issuer's read models from its events beside the live ones, and takes over what differs
   * (`projections:write`, the operator's alone).
   * @param options.check only compares.
   * @returns how far it is, and at last what was found.
   */
  async *rebuildProjections(options: { check: boolean }): AsyncGenerator<RebuildStep, void> {
    for await (const line of this.channel.postLines('/v1/projections/rebuild', options, COMPARISON_MS))
      yield RebuildStep.parse(JSON.parse(line));
  }

  #once<Answer extends z.ZodType>(
    path: string,
    body: unknown,
    answer: Answer,
    { idempotencyKey }: OnceOptions = {},
  ): Promise<z.infer<Answer>> {
    const repeatable = idempotencyKey !== undefined;
    return this.channel.postJson({ path, body, repeatable, idempotencyKey }, answer);
  }

  #change(id: string, what: string, reason: string, { waitForGateways = false }: ChangeOptions = {}) {
    const path = `/v1/tokens/${encodeURIComponent(id)}/${what}`;
    const query = { wait: waitForGateways ? 'gateways' : undefined };
    return this.channel.postJson({ path, query, body: { reason }, repeatable: true }, RevokedToken);
  }
}
