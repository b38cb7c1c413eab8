import { createHash, createHmac, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from '../../apps/gateway/test/call.js';
import { DEMO_ROUTES, type RunningGateway, startGateway } from '../../apps/gateway/test/running-gateway.js';
import { IssuerStage } from './issuer-stage.js';

const PEPPER = randomBytes(32);
/** Two formats of the old system: keys hashed plainly, and keys hashed under a pepper. */
const OLD = `
foreignTokens:
  - { prefix: sk_old_, characters: hex, minLength: 40, maxLength: 60 }
  - { prefix: pk_old_, characters: hex, minLength: 40, maxLength: 60, presented: true }
`;
const OTHERS = OLD.replaceAll('{ prefix', '{ tenant: other, prefix');

const newKey = (prefix: string) => `${prefix}${randomBytes(20).toString('hex')}`;
const plainly = (key: string) => ({ sha256: createHash('sha256').update(key).digest('hex') });

describe('a key of another system, at a gateway', () => {
  let stage: IssuerStage;
  let gateway: RunningGateway;
  let importKeyId: string;

  beforeAll(async () => {
    const admin = ['tokens:read', 'tokens:write', 'gateway:read', 'demo:read'];
    stage = await IssuerStage.set(admin, (_request, response) => response.end('here'));
    gateway = await startGateway(stage.around);
    ({ id: importKeyId } = await manage<{ id: string }>('/v1/import-keys', {
      name: 'old',
      key: PEPPER.toString('base64url'),
    }));
  });
  afterAll(async () => {
    await gateway.stop();
    await stage.stop();
  });

  const manage = <Answer>(path: string, body: unknown) => stage.manage<Answer>('POST', path, body);

  const peppered = (key: string) => ({
    hmacSha256: createHmac('sha256', PEPPER).update(key).digest('hex'),
    importKeyId,
  });
  async function imported(hash: object): Promise<string> {
    const tokens = [{ name: 'old', scopes: ['demo:read'], ...hash }];
    const { results } = await manage<{ results: { value: { id: string } }[] }>('/v1/tokens/import', {
      tokens,
    });
    return results[0].value.id;
  }
  const answerTo = async (key: string) => {
    const { status, code } = await call(`${gateway.url}/demo/x`, key);
    return code || status;
  };
  async function configure(text: string): Promise<void> {
    const { loadedAt } = await gateway.activeRoutes();
    await writeFile(gateway.routesFile, text + DEMO_ROUTES);
    await eventually(async () => expect((await gateway.activeRoutes()).loadedAt).not.toBe(loadedAt));
  }

  it('is refused unasked, unless gateway.yaml takes its format; and again once it no longer does', async () => {
    const key = newKey('sk_old_');
    await imported(plainly(key));
    expect(await answerTo(key)).toBe('token-malformed');
    await configure(OLD);
    expect(await answerTo(key)).toBe(200);
    await configure('');
    expect(await answerTo(key)).toBe('token-malformed'); // also from memory
  });

  it.each([
    ['SHA-256', 'sk_old_', plainly],
    ['HMAC', 'pk_old_', peppered],
  ])(
    'that was imported by its %s is let through, and refused once it is revoked',
    async (_, prefix, hash) => {
      await configure(OLD);
      const key = newKey(prefix);
      const id = await imported(hash(key));
      expect(await answerTo(key)).toBe(200);
      expect((await call(`${gateway.url}/demo/x`, key, { method: 'POST' })).code).toBe('scope-insufficient');
      await manage(`/v1/tokens/${id}/revoke`, { reason: 'test' });
      await eventually(async () => expect(await answerTo(key)).toBe('token-revoked'));
    },
  );

  it('is refused when it is not known, not written as it should be, or imported by its HMAC and not presented', async () => {
    await configure(OLD);
    const [short, other, hidden] = [
      `sk_old_${'a'.repeat(20)}`,
      `sk_old_${'z'.repeat(40)}`,
      newKey('sk_old_'),
    ];
    await imported(plainly(short));
    await imported(plainly(other));
    await imported(peppered(hidden));
    expect(await answerTo(newKey('sk_old_'))).toBe('token-unknown');
    expect(await answerTo(newKey('pk_old_'))).toBe('token-unknown');
    expect(await answerTo(short)).toBe('token-malformed');
    expect(await answerTo(other)).toBe('token-malformed');
    expect(await answerTo(hidden)).toBe('token-unknown');
  });

  it('is refused where its format is another tenant’s', async () => {
    await configure(OTHERS);
    const [plain, hashed] = [newKey('sk_old_'), newKey('pk_old_')];
    await imported(plainly(plain));
    await imported(peppered(hashed));
    expect([await answerTo(plain), await answerTo(hashed)]).toEqual(['token-unknown', 'token-unknown']);
  });

  it('is refused, and never let through, while the issuer cannot be asked about it', async () => {
    await configure(OLD);
    const [warm, cold] = [newKey('sk_old_'), newKey('pk_old_')];
    await imported(plainly(warm));
    await imported(peppered(cold));
    expect(await answerTo(warm)).toBe(200);
    await stage.issuer.kill();
    expect([await answerTo(warm), await answerTo(cold)]).toEqual([200, 'issuer-unavailable']);
  });
});
