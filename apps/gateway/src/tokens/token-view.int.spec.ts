import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LookupAnswer } from '@gatehouse/contracts';
import { digestOfToken, formatOpaqueToken, newId } from '@gatehouse/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { JWT_AUDIENCE, JWT_ISSUER, JwtSigner } from '../../test/jwt-signer.js';
import type { Credential } from './credential.js';
import { KeySets } from './fetched-keys.js';
import { ForeignTokensSpec } from './foreign/foreign-spec.js';
import { IssuerSpec } from './issuer-spec.js';
import { JwtIssuers } from './jwt-issuers.js';
import { RememberedTokens } from './remembered/remembered-tokens.js';
import { TokenChanges } from './token-changes.js';
import { TokenView } from './token-view.js';

const AS_OF = '20.9';
const ISSUER = { issuer: JWT_ISSUER, audience: JWT_AUDIENCE, jwksFile: 'keys.json', algorithms: ['ES256'] };
const FOREIGN = { prefix: 'sk_', minLength: 40, maxLength: 40 };

describe('a token of which others have taken the place', () => {
  let dir: string;
  let signer: JwtSigner;
  let issuers: JwtIssuers;
  let changes: TokenChanges;
  let view: TokenView;
  /** What the issuer knows, by digest. */
  let known: Map<string, LookupAnswer>;
  const token = formatOpaqueToken('gh', 'live');
  const tokenId = newId('tok');

  const load = (foreignTokens: object[] = [FOREIGN]) =>
    JwtIssuers.load(
      {
        issuers: [IssuerSpec.parse(ISSUER)],
        introspection: [],
        foreignTokens: foreignTokens.map((spec) => ForeignTokensSpec.parse(spec)),
      },
      dir,
      new KeySets(),
    );
  const learn = (learned: string, more: object = {}) =>
    known.set(digestOfToken(learned), {
      found: true,
      asOf: AS_OF,
      tokenId,
      tenant: 'default',
      status: 'active',
      scopes: ['demo:read', 'demo:write'],
      ipAllow: [],
      expiresAt: null,
      secretId: newId('sec'),
      ...more,
    });
  /** Resolves it, and then as many others as there is room for at hand; from then on the issuer is away. */
  const seenBefore = async (seen: string): Promise<Credential> => {
    const { credential } = await view.resolve(seen, issuers);
    for (let n = 0; n < 3; n++) {
      const other = formatOpaqueToken('gh', 'live');
      learn(other, { tokenId: newId('tok') });
      await view.resolve(other, issuers);
    }
    known.clear();
    return credential!;
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tokens-'));
    signer = await JwtSigner.make();
    await writeFile(join(dir, 'keys.json'), JSON.stringify({ keys: [signer.listed] }));
  });
  afterAll(() => rm(dir, { recursive: true }));
  beforeEach(async () => {
    issuers = await load();
    known = new Map();
    changes = new TokenChanges();
    const lookup = async ({ digest }: { digest: string }) => {
      const answer = known.get(digest);
      if (!answer) throw new Error('the issuer is away');
      return answer;
    };
    view = new TokenView(lookup, changes, new RememberedTokens(1));
  });

  it.each([
    ['nothing else', {}],
    ['an end and a list of addresses', { expiresAt: '2031-02-03T04:05:06.000Z', ipAllow: ['10.0.0.0/8'] }],
    ['addresses that are denied', { ipDeny: ['10.9.0.0/16', '2001:db8::/32'] }],
    [
      'an owner, limits, credits, a plan and roles',
      {
        identityId: newId('idn'),
        limits: [{ name: 'calls', limit: 5, durationSeconds: 60 }],
        creditHolders: [tokenId],
        applicationId: newId('app'),
        userId: newId('usr'),
        plan: 'gold',
        roles: ['admin'],
      },
    ],
  ])('is known as it was, with %s', async (_, more) => {
    learn(token, more);
    const credential = await seenBefore(token);
    expect(view.recall(token, issuers)).toEqual(likeNew(credential));
  });

  it('is not known any more once its state is older than a change of it', async () => {
    learn(token);
    await seenBefore(token);
    changes.add(tokenId, { kind: 'changed', position: '20.9', atMs: 0 }); // that is how it was looked up
    expect(view.recall(token, issuers)?.tokenId).toBe(tokenId);
    changes.add(tokenId, { kind: 'changed', position: '20.10', atMs: 0 });
    expect(view.recall(token, issuers)).toBeUndefined();
  });

  it('is known for whom it is when it has been revoked, for the refusal to say so', async () => {
    learn(token);
    await seenBefore(token);
    changes.add(tokenId, { kind: 'revoked', position: '30.1', atMs: 0 });
    expect(view.recall(token, issuers)?.tokenId).toBe(tokenId);
    expect(changes.kindOf(tokenId)).toBe('revoked');
  });

  it('is verified again, when it is a JWT, by issuers that are others now', async () => {
    const jwt = await signer.accessToken();
    const credential = await seenBefore(jwt);
    expect(view.recall(jwt, issuers)).toEqual(credential);
    await seenBefore(token);
    expect(view.recall(jwt, await load())).toBeUndefined();
  });

  it('is taken, when another system made it, as long as its format is', async () => {
    const key = 'sk_'.padEnd(40, 'a');
    learn(key);
    const credential = await seenBefore(key);
    expect(view.recall(key, issuers)).toEqual(likeNew(credential));
    await view.resolve(await signer.accessToken(), issuers);
    await view.resolve(await signer.accessToken(), issuers);
    expect(view.recall(key, await load([]))).toBeUndefined();
    expect(view.recall(key, await load([{ ...FOREIGN, tenant: 'other' }]))).toBeUndefined();
  });
});

/** Instants are noted in whole milliseconds, never later than they were. */
const likeNew = (credential: Credential): Credential => ({
  ...credential,
  goodAtMs: Math.floor(credential.goodAtMs),
  confirmedAt: Math.floor(credential.confirmedAt),
});
