import { isNativeError } from 'node:util/types';
import type { z } from 'zod';
import { Pool } from 'undici';
import type { ApiOptions } from '../api-options.js';
import { GatehouseProblem } from '../gatehouse-problem.js';
import { GatehouseUnreachable } from '../gatehouse-unreachable.js';
import { UnexpectedAnswer } from '../unexpected-answer.js';
import { isBrokenConnection } from './broken-connection.js';
import { parseAnswer } from './parse-answer.js';
import { type QueryValues, queryString } from './query-string.js';
import { BodyTooLarge, readBounded } from './read-bounded.js';
import { textLines } from './text-lines.js';

const DEFAULT_TIMEOUT_MS = 15_000;
/** A thousand events of the largest kind stay well below. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: QueryValues;
  body?: unknown;
  /** Whether sending it twice does no harm, so that a broken keep-alive connection may be tried once more. */
  repeatable: boolean;
  /** Of somebody else on whose behalf it is called; default: the channel's. */
  token?: string;
  /** Default: the channel's. */
  timeoutMs?: number;
  /** Under which the service does a POST once, however often it is sent. */
  idempotencyKey?: string;
}

/** One service's keep-alive connections: sends JSON, bounds time and size, turns refusals into errors. */
export class ServiceChannel {
  readonly #pool: Pool;
  readonly #basePath: string;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;
  /** Origin of the service; carries no secret. */
  readonly origin: string;

  constructor({ url, token, timeoutMs = DEFAULT_TIMEOUT_MS, connections = 16 }: ApiOptions) {
    const base = new URL(url);
    if (base.username || base.password)
      throw new TypeError('credentials do not belong in a URL: give `token` instead');
    this.origin = base.origin;
    this.#basePath = base.pathname.replace(/\/$/, '');
    this.#headers = { accept: 'application/json, application/problem+json', ...bearer(token) };
    this.#timeoutMs = timeoutMs;
    this.#pool = new Pool(base.origin, { connections, connect: { timeout: timeoutMs } });
  }

  async getJson<Answer extends z.ZodType>(
    path: string,
    query: QueryValues,
    answer: Answer,
  ): Promise<z.infer<Answer>> {
    return this.#parse(await this.getText(path, query), answer);
  }

  getText(path: string, query: QueryValues = {}): Promise<string> {
    return this.#send({ method: 'GET', path, query, repeatable: true });
  }

  /** The lines of an answer of any length, as they come. The time-out bounds each wait, not the whole. */
  getLines(path: string): AsyncGenerator<string, void> {
    return this.#lines({ method: 'GET', path }, this.#timeoutMs);
  }

  /**
   * The same of an answer to a POST.
   * @param quietMs how long nothing may come.
   */
  postLines(path: string, body: unknown, quietMs: number): AsyncGenerator<string, void> {
    return this.#lines({ method: 'POST', path, body }, quietMs);
  }

  async *#lines(call: Omit<Call, 'repeatable'>, quietMs: number): AsyncGenerator<string, void> {
    try {
      const response = await this.#pool.request({
        ...this.#requestOf(call),
        headersTimeout: this.#timeoutMs,
        bodyTimeout: quietMs,
      });
      if (response.statusCode !== 200)
        throw GatehouseProblem.from(response.statusCode, await readBounded(response.body, MAX_BODY_BYTES));
      yield* textLines(response.body);
    } catch (error) {
      this.#rethrow(error);
    }
  }

  async postJson<Answer extends z.ZodType>(
    call: Omit<Call, 'method'>,
    answer: Answer,
  ): Promise<z.infer<Answer>> {
    return this.#parse(await this.#send({ ...call, method: 'POST' }), answer);
  }

  /** Replaces what is there; sending it twice does no harm. */
  async putJson<Answer extends z.ZodType>(
    path: string,
    body: unknown,
    answer: Answer,
  ): Promise<z.infer<Answer>> {
    return this.#parse(await this.#send({ method: 'PUT', path, body, repeatable: true }), answer);
  }

  /** Sets fields of what is there; sending it twice does no harm. */
  async patchJson<Answer extends z.ZodType>(
    path: string,
    body: unknown,
    answer: Answer,
  ): Promise<z.infer<Answer>> {
    return this.#parse(await this.#send({ method: 'PATCH', path, body, repeatable: true }), answer);
  }

  /** Takes away what is there; sending it twice does no harm. */
  async deleteJson<Answer extends z.ZodType>(
    path: string,
    query: QueryValues,
    answer: Answer,
  ): Promise<z.infer<Answer>> {
    return this.#parse(await this.#send({ method: 'DELETE', path, query, repeatable: true }), answer);
  }

  /** Where there is nothing to hear; sending it twice must do no harm. */
  async post(path: string, body?: unknown): Promise<void> {
    await this.#send({ method: 'POST', path, body, repeatable: true });
  }

  /** The same of what is taken away. */
  async delete(path: string, query: QueryValues = {}): Promise<void> {
    await this.#send({ method: 'DELETE', path, query, repeatable: true });
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #send(call: Call): Promise<string> {
    try {
      return await this.#attempt(call);
    } catch (error) {
      // A kept-alive connection can close just as the request leaves (RFC 9112 §9.3.1).
      if (call.repeatable && isBrokenConnection(error)) return await this.#attempt(call).catch(this.#rethrow);
      return this.#rethrow(error);
    }
  }

  async #attempt(call: Call): Promise<string> {
    const response = await this.#pool.request({
      ...this.#requestOf(call),
      signal: AbortSignal.timeout(call.timeoutMs ?? this.#timeoutMs),
    });
    const text = await readBounded(response.body, MAX_BODY_BYTES);
    if (response.statusCode >= 200 && response.statusCode < 300) return text;
    throw GatehouseProblem.from(response.statusCode, text);
  }

  #requestOf({ method, path, query, body, idempotencyKey, token }: Omit<Call, 'repeatable'>) {
    return {
      method,
      path: this.#basePath + path + queryString(query),
      headers: {
        ...this.#headers,
        ...bearer(token),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': `"${idempotencyKey}"` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    };
  }

  readonly #rethrow = (error: unknown): never => {
    if (error instanceof GatehouseProblem) throw error;
    if (error instanceof BodyTooLarge)
      throw new UnexpectedAnswer(this.origin, error.message, { cause: error });
    throw new GatehouseUnreachable(this.origin, this.#reasonOf(error), { cause: error });
  };

  #reasonOf(error: unknown): string {
    if (error instanceof DOMException) return `took longer than ${this.#timeoutMs} ms`;
    return isNativeError(error) ? error.message : 'the connection failed';
  }

  #parse<Answer extends z.ZodType>(text: string, answer: Answer): z.infer<Answer> {
    return parseAnswer(this.origin, text, answer);
  }
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
