import { request as https, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import type { Problem } from '@gatehouse/contracts';

/** What a test looks at of an answer over TLS. */
export interface SecureAnswer {
  readonly status: number;
  readonly code: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
  /** SHA-256 fingerprint of the certificate that was shown. */
  readonly shown: string;
}

/** One request over TLS, on a connection of its own unless an agent is given. @param name asked for by SNI. */
export function secureCall(port: number, name: string, options: RequestOptions = {}): Promise<SecureAnswer> {
  return new Promise((resolve, reject) => {
    const asked = https({ host: '127.0.0.1', port, servername: name, agent: false, ...options });
    asked.on('error', reject).on('response', (response) => {
      const shown = (response.socket as TLSSocket).getPeerX509Certificate()?.fingerprint256 ?? '';
      text(response).then((body) => {
        const isProblem = response.headers['content-type']?.startsWith('application/problem+json');
        const code = isProblem ? (JSON.parse(body) as Problem).code : '';
        resolve({ status: response.statusCode ?? 0, code, headers: response.headers, body, shown });
      }, reject);
    });
    asked.end();
  });
}
