import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@gatehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigError } from './config.js';
import { withVaultSecrets } from './vault-secrets.js';

const TOKEN = 'hvs.test-token';

/** Speaks the KV version 2 API as HashiCorp documents it: token and namespace in headers, `data.data` in the answer. */
describe('withVaultSecrets', () => {
  let server: Server;
  let address: string;
  let asked: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-vault-'));
  const secrets = new Map<string, unknown>([
    ['/v1/secret/data/gatehouse/issuer', { masterKey: 'k'.repeat(43), peppers: '1:x', number: 1, empty: '' }],
    ['/v1/secret/data/gone', undefined],
  ]);

  beforeAll(async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    server = createServer(({ url = '', headers }, response) => {
      asked.push(`${String(headers['x-vault-namespace'] ?? '')}${url}`);
      if (headers['x-vault-token'] !== TOKEN)
        return response.writeHead(403).end('{"errors":["permission denied"]}');
      if (url.endsWith('/kv1')) return response.end('{"data":{"masterKey":"x"}}');
      if (url.endsWith('/moved')) return response.writeHead(307, { location: address }).end();
      const data = secrets.get(url);
      if (!data) return response.writeHead(404).end('{"errors":[]}');
      return response.end(JSON.stringify({ data: { data, metadata: { version: 3, destroyed: false } } }));
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await new Promise((resolve) => server.close(resolve));
  });

  const access = () => ({ VAULT_ADDR: address, VAULT_TOKEN: TOKEN });
  const problemOf = async (environment: NodeJS.ProcessEnv): Promise<string> => {
    const error = await withVaultSecrets({ ...access(), ...environment }).catch(
      (refused: unknown) => refused,
    );
    return error instanceof ConfigError ? error.problems.join('; ') : 'none';
  };

  it('asks nobody where nothing is said to be in a Vault', async () => {
    const environment = { PORT: '1', VAULT_ADDR: 'not even a URL' };
    expect(await withVaultSecrets(environment)).toBe(environment);
    expect(asked).toEqual([]);
  });

  it('puts fields of a secret into the environment, asking once for all of them', async () => {
    const environment = await withVaultSecrets({
      ...access(),
      PORT: '8082',
      MASTER_KEY_VAULT: 'secret/gatehouse/issuer#masterKey',
      TOKEN_PEPPERS_VAULT: 'secret/gatehouse/issuer#peppers',
    });
    expect(environment).toMatchObject({ PORT: '8082', MASTER_KEY: 'k'.repeat(43), TOKEN_PEPPERS: '1:x' });
    expect(asked).toEqual(['/v1/secret/data/gatehouse/issuer']);
  });

  it('takes its token from a file, and asks in a namespace', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, `${TOKEN}\n`);
    const environment = await withVaultSecrets({
      VAULT_ADDR: address,
      VAULT_TOKEN_FILE: file,
      VAULT_NAMESPACE: 'team',
      MASTER_KEY_VAULT: 'secret/gatehouse/issuer#masterKey',
    });
    expect(environment['MASTER_KEY']).toBe('k'.repeat(43));
    expect(asked).toEqual(['team/v1/secret/data/gatehouse/issuer']);
  });

  it.each([
    ['secret/gatehouse/issuer', /MASTER_KEY_VAULT: expected <mount>\/<path>#<field>/],
    ['secret/../sys/health#x', /expected <mount>/],
    ['secret/gatehouse/issuer#other', /no text in its field other/],
    ['secret/gatehouse/issuer#number', /no text in its field number/],
    ['secret/gatehouse/issuer#empty', /no text in its field empty/],
    ['secret/gone#x', /there is no such secret/],
    ['secret/kv1#masterKey', /not that of a KV version 2 mount/],
    ['secret/moved#x', /cannot be reached/],
  ])('says what is wrong with %s', async (place, problem) => {
    expect(await problemOf({ MASTER_KEY_VAULT: place })).toMatch(problem);
  });

  it('says what is wrong with the Vault, and gives its token to nobody on the way', async () => {
    const MASTER_KEY_VAULT = 'secret/gatehouse/issuer#masterKey';
    expect(await problemOf({ MASTER_KEY_VAULT, VAULT_TOKEN: 'wrong' })).toMatch(/answers with status 403/);
    expect(await problemOf({ MASTER_KEY_VAULT, VAULT_TOKEN: '' })).toMatch(/VAULT_TOKEN: is not set/);
    expect(await problemOf({ MASTER_KEY_VAULT, VAULT_ADDR: 'http://vault.example' })).toMatch(
      /expected https/,
    );
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const problem = await problemOf({ MASTER_KEY_VAULT, VAULT_ADDR: nowhere });
    expect(problem).toMatch(/cannot be reached/);
    expect(problem).not.toContain(TOKEN);
  });
});
