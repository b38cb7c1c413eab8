import { constants, generateKeyPairSync, type KeyObject, sign, type SignKeyObjectInput } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export const SIGNER_TOKEN = 'a token of the signer';

/** A small real signer: keeps its keys to itself and signs for who shows its token. */
export class Signer {
  /** While true, it answers 500. */
  broken = false;
  signatures = 0;
  private readonly keys = new Map<string, { publicKey: KeyObject; privateKey: KeyObject }>();
  private readonly server = createServer((request, response) => {
    this.answer(request)
      .then((body) => response.writeHead(body ? 200 : 500).end(JSON.stringify(body ?? {})))
      .catch(() => response.destroy());
  });

  static async start(): Promise<Signer> {
    const signer = new Signer();
    await new Promise<void>((resolve) => signer.server.listen(0, '127.0.0.1', resolve));
    return signer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  makeKey(name: string, kind: 'ec' | 'rsa'): void {
    const pair =
      kind === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.keys.set(name, pair);
  }

  /** Swaps the private part, so that what it signs does not verify. */
  damage(name: string): void {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.keys.set(name, { publicKey: this.keys.get(name)!.publicKey, privateKey: other.privateKey });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage): Promise<object | undefined> {
    const [, , name = '', verb] = (request.url ?? '').split('/');
    const key = this.keys.get(name);
    if (this.broken || !key || request.headers.authorization !== `Bearer ${SIGNER_TOKEN}`) return undefined;
    if (verb !== 'sign') return key.publicKey.export({ format: 'jwk' });
    const { algorithm, data } = JSON.parse(await text(request)) as { algorithm: string; data: string };
    this.signatures++;
    const signed = sign('sha256', Buffer.from(data, 'base64url'), {
      key: key.privateKey,
      ...wayOf(algorithm),
    });
    return { signature: signed.toString('base64url') };
  }
}

const wayOf = (algorithm: string): Omit<SignKeyObjectInput, 'key'> =>
  algorithm === 'PS256'
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { dsaEncoding: 'ieee-p1363' };
