import { z } from 'zod';
import { refusal, type Refusal } from '../request/refusal.js';
import type { RequestHead } from '../request/request-head.js';

/** Mean something else already, to the gateway or to HTTP. */
const TAKEN =
  /^(host|authorization|connection|content-.*|transfer-encoding|cookie|via|te|trailer|upgrade|expect|forwarded|x-forwarded-.*|x-gatehouse-.*|x-request-id|traceparent|origin|referer|user-agent|proxy-.*|access-control-.*|keep-alive|x-real-ip|.*-client-ip|cf-connecting-ip|x-original-url|x-rewrite-url|http2-settings)$/i;

/** Where else than in `Authorization: Bearer` a route takes its tokens from. */
export const CredentialsSpec = z.strictObject({
  header: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{1,63}$/, 'a header name such as X-API-Key')
    .refine((name) => !TAKEN.test(name), 'this header has another meaning')
    .describe(
      'A header that holds the bare token, for clients that cannot send Authorization. It never goes upstream.',
    ),
});

/** A route's own header for tokens. */
export class KeyHeader {
  readonly missing: Refusal;
  private readonly name: string;

  constructor(header: string) {
    this.name = header.toLowerCase();
    this.missing = refusal('token-missing', `Send "${header}: <token>" or "Authorization: Bearer <token>".`);
  }

  /**
   * Takes the header out of what goes upstream, however it is spelled.
   * @returns its values; RFC 6750 §2 allows one.
   */
  takeFrom({ forward }: RequestHead): string[] {
    const values: string[] = [];
    for (let i = forward.length - 2; i >= 0; i -= 2) {
      const given = forward[i]!;
      if (given.length !== this.name.length || given.toLowerCase().replaceAll('_', '-') !== this.name)
        continue;
      // CGI-like upstreams read "_" as "-": such a spelling is dropped, and never taken for the key.
      if (!given.includes('_')) values.push(forward[i + 1]!);
      forward.splice(i, 2);
    }
    return values;
  }
}
