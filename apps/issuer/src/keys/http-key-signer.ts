import { type SigningAlgorithm, SignerKey, SignerSignature } from '@gatehouse/contracts';
import type { JWK } from 'jose';
import type { z } from 'zod';
import type { KeySigner } from './key-signer.js';

/** A request for a token waits for it. */
const TIMEOUT_MS = 2_000;

/** A signer that is asked over HTTP (docs/external-signer.md). */
export class HttpKeySigner implements KeySigner {
  /** @param url of the signer, without a slash at its end. */
  constructor(
    private readonly url: string,
    private readonly token: string | undefined,
  ) {}

  async publicJwk(name: string): Promise<JWK> {
    const { kty, ...members } = await this.ask(SignerKey, `/keys/${name}`, { method: 'GET' });
    return { kty, ...Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) };
  }

  async sign(name: string, algorithm: SigningAlgorithm, data: Uint8Array): Promise<Uint8Array> {
    const body = JSON.stringify({ algorithm, data: Buffer.from(data).toString('base64url') });
    const { signature } = await this.ask(SignerSignature, `/keys/${name}/sign`, { method: 'POST', body });
    return Buffer.from(signature, 'base64url');
  }

  private async ask<Answer extends z.ZodType>(
    schema: Answer,
    path: string,
    call: Pick<RequestInit, 'method' | 'body'>,
  ): Promise<z.infer<Answer>> {
    const answer = await fetch(this.url + path, {
      ...call,
      headers: {
        accept: 'application/json',
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
      },
      redirect: 'error', // what may be asked for signatures goes nowhere else
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`the signer answered ${answer.status} to ${path}`);
    return schema.parse(await answer.json());
  }
}
