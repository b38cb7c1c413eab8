import { eventually, type SpawnedService } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { type LoneIssuer, startLoneIssuer } from './lone-issuer.js';

const ROTATIONS = 10;
const CLIENTS = 6;
const LEAD_SECONDS = 1;
/** How often a verifier looks: well within the lead. It never asks because of a key it does not know. */
const LOOK_EVERY_MS = 250;
const RESOURCE = 'https://api.example';

let issuer: SpawnedService;
let alone: LoneIssuer;

beforeAll(async () => {
  alone = await startLoneIssuer(['keys:read', 'keys:write', 'apps:write'], {
    SIGNING_KEY_LEAD_SECONDS: String(LEAD_SECONDS),
  });
  issuer = alone.service;
});
afterAll(async () => {
  await alone.stop();
});

async function manage<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(issuer.url + path, {
    method,
    headers: { authorization: `Bearer ${alone.adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

/** Asks for tokens until told to stop, each as soon as the one before is there. */
class Load {
  readonly tokens: string[] = [];
  readonly failures: string[] = [];
  readonly unknown: string[] = [];
  private keys: ReturnType<typeof createLocalJWKSet> | undefined;
  private stopped = false;
  private readonly work: Promise<void>[];

  constructor(
    private readonly client: { id: string; clientSecret: string },
    keys: JSONWebKeySet,
  ) {
    this.keys = createLocalJWKSet(keys);
    const timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.work = Array.from({ length: CLIENTS }, () => this.run());
    void Promise.all(this.work).finally(() => clearInterval(timer));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.work);
  }

  async look(): Promise<void> {
    const keys = await jwks().catch((error: unknown) => this.failures.push(String(error)));
    if (typeof keys === 'object') this.keys = createLocalJWKSet(keys);
  }

  async verify(token: string): Promise<void> {
    const refused = await jwtVerify(token, this.keys!, { audience: RESOURCE }).catch(
      (error: unknown) => error,
    );
    if (refused instanceof Error)
      this.unknown.push(`${decodeProtectedHeader(token).kid}: ${refused.message}`);
  }

  private async run(): Promise<void> {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: this.client.id,
      client_secret: this.client.clientSecret,
    });
    while (!this.stopped) {
      const answer = await fetch(`${issuer.url}/oauth/token`, { method: 'POST', body });
      const { access_token: token } = (await answer.json()) as { access_token?: string };
      if (answer.status !== 200 || !token) {
        this.failures.push(String(answer.status));
        continue;
      }
      this.tokens.push(token);
      await this.verify(token);
    }
  }
}

const jwks = async () => (await (await fetch(`${issuer.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;

describe('signing-key rotation under load', () => {
  it(`fails no request and signs with no key a verifier does not know, ${ROTATIONS} times over`, async () => {
    const client = await manage<{ id: string; clientSecret: string }>('POST', '/v1/applications', {
      name: 'Load',
      grantTypes: ['client_credentials'],
      resources: [RESOURCE],
    });
    const load = new Load(client, await jwks());
    for (let rotation = 0; rotation < ROTATIONS; rotation++) {
      const { keyId } = await manage<{ keyId: string }>('POST', '/v1/keys/rotate', {
        leadSeconds: LEAD_SECONDS,
      });
      await eventually(() => expect(decodeProtectedHeader(load.tokens.at(-1)!).kid).toBe(keyId), {
        everyMs: 50,
      });
    }
    await eventually(() => expect(load.tokens.length).toBeGreaterThan(500));
    await load.stop();
    await load.look();
    const signedBy = new Map(load.tokens.map((token) => [decodeProtectedHeader(token).kid, token]));
    for (const token of signedBy.values()) await load.verify(token); // all of them still verify
    expect(load.failures).toEqual([]);
    expect(load.unknown).toEqual([]);
    expect(signedBy.size).toBe(ROTATIONS + 1);
  });
});
