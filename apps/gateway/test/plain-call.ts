import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Called } from './call.js';

/** One request with a Bearer token and no header that the test does not name: fetch() adds some of its own. */
export function plainCall(
  url: string,
  token: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Called> {
  return new Promise((resolve, reject) => {
    get(
      url,
      { agent: false, method, headers: { ...headers, authorization: `Bearer ${token}` } },
      (answer) => {
        text(answer).then((body) => {
          const seen = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
          resolve({
            status: answer.statusCode!,
            code: '',
            headers: new Headers(Object.fromEntries(seen) as Record<string, string>),
            body,
          });
        }, reject);
      },
    ).on('error', reject);
  });
}
