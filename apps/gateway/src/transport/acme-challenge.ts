import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { request } from 'undici';
import type { AcmeSpec } from './listener-spec.js';

/** RFC 8555 §8.3: the token is base64url. */
const CHALLENGE = /^\/\.well-known\/acme-challenge\/([A-Za-z0-9_-]{1,128})$/;
const MAX_BYTES = 4_096;
const TIMEOUT_MS = 5_000;

/** Answers a certificate authority that asks whether we hold the domain. */
export class AcmeChallenge {
  /** @param folder what a relative path is relative to. */
  constructor(
    private readonly spec: AcmeSpec,
    private readonly folder: string,
  ) {}

  /** The token a request asks about. */
  tokenOf(method: string, path: string): string | undefined {
    return method === 'GET' ? CHALLENGE.exec(path)?.[1] : undefined;
  }

  /** @returns `undefined` where nobody knows of such a challenge. */
  async answerTo(token: string): Promise<Buffer | undefined> {
    try {
      return 'folder' in this.spec
        ? await readFile(join(resolve(this.folder, this.spec.folder), token))
        : await asked(this.spec.upstream, token);
    } catch {
      return undefined;
    }
  }
}

async function asked(upstream: string, token: string): Promise<Buffer | undefined> {
  const url = new URL(`/.well-known/acme-challenge/${token}`, upstream);
  const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return statusCode === 200 ? Buffer.concat(chunks) : undefined;
}
