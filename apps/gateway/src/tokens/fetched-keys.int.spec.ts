import { eventually, json, serve, type TestServer } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JwtSigner } from '../../test/jwt-signer.js';
import { FetchedKeys } from './fetched-keys.js';

describe('keys that are fetched', () => {
  let server: TestServer;
  let listed: JwtSigner[];
  let isAway: boolean;
  let fetches: number;

  beforeEach(async () => {
    [listed, isAway, fetches] = [[await JwtSigner.make()], false, 0];
    server = await serve((_, response) => {
      fetches++;
      if (isAway) json(response, 503, {});
      else json(response, 200, { keys: listed.map((signer) => signer.listed) });
    });
  });
  afterEach(() => server.stop());

  it('are fetched once for all who wait, and not again while they are fresh', async () => {
    const keys = new FetchedKeys(server.url);
    await Promise.all(Array.from({ length: 20 }, () => keyOf(keys, listed[0])));
    await keyOf(keys, listed[0]);
    expect(fetches).toBe(1);
  });

  it('are fetched again when they are old; one that is no longer listed verifies nothing', async () => {
    const keys = new FetchedKeys(server.url, 0);
    const [old] = listed;
    await keyOf(keys, old);
    listed = [await JwtSigner.make()];
    await eventually(() => expect(keyOf(keys, old)).rejects.toThrow('no applicable key'));
  });

  it('go on verifying while they cannot be fetched, and nobody asks again and again', async () => {
    const keys = new FetchedKeys(server.url, 0);
    await keyOf(keys, listed[0]);
    isAway = true;
    const before = fetches;
    for (let i = 0; i < 50; i++) await keyOf(keys, listed[0]);
    await eventually(() => expect(fetches).toBeGreaterThan(before));
    const stranger = await JwtSigner.make();
    for (let i = 0; i < 50; i++) await expect(keyOf(keys, stranger)).rejects.toThrow();
    expect(fetches - before).toBeLessThan(10);
    isAway = false;
    listed.push(stranger);
    keys.refresh(); // as when the issuer says so
    await eventually(() => keyOf(keys, stranger));
  });
});

function keyOf(keys: FetchedKeys, { thumbprint }: JwtSigner) {
  const protectedHeader = { alg: 'ES256', kid: thumbprint };
  return keys.get(protectedHeader, { payload: '', signature: '', protected: '' });
}
