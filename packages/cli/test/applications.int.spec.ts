import { text } from 'node:stream/consumers';
import type { ApplicationView } from '@gatehouse/contracts';
import { json, serve } from '@gatehouse/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

const ID = `app_${'0'.repeat(32)}`;
const APPLICATION: ApplicationView = {
  id: ID,
  tenant: 'default',
  status: 'enabled',
  name: 'Batch',
  authentication: 'client_secret',
  grantTypes: ['client_credentials'],
  redirectUris: [],
  postLogoutRedirectUris: [],
  resources: ['https://api.example'],
  scopes: ['demo:read'],
  signingAlgorithm: 'ES256',
  requiresDpop: false,
  teamId: null,
  plan: null,
  serviceAccountId: null,
  secrets: [],
  createdAt: '2026-11-22T10:00:00.000Z',
  createdBy: 'system:test',
};

let issuer: Awaited<ReturnType<typeof serve>>;
let asked: string[];
/** An issuer, as far as this command sees it; the issuer's own specs drive the real one. */
beforeEach(async () => {
  asked = [];
  issuer = await serve((request, response) => {
    void text(request).then((body) => {
      asked.push(`${request.method} ${request.url} ${body}`);
      json(response, 200, { ...APPLICATION, ...(body === '' ? {} : JSON.parse(body)) });
    });
  });
});
afterEach(() => issuer.stop());

const gatehouse = async (...words: string[]) => {
  const terminal = new CapturedTerminal();
  const env = { GATEHOUSE_TOKEN: 'gh_live_admin' };
  const exitCode = await runGatehouse([...words, '--issuer-url', issuer.url], { env, terminal });
  return { exitCode, printed: terminal.printed };
};

describe('gatehouse applications change', () => {
  it.each([
    ['--service-account sac_1 --plan gold', { serviceAccountId: 'sac_1', plan: 'gold' }],
    ['--no-service-account --no-plan', { serviceAccountId: null, plan: null }],
    ['--name Batches', { name: 'Batches' }],
  ])('%s changes that alone', async (options, changes) => {
    const { exitCode, printed } = await gatehouse('applications', 'change', ID, ...options.split(' '));
    expect([exitCode, asked]).toEqual([0, [`PATCH /v1/applications/${ID} ${JSON.stringify(changes)}`]]);
    for (const value of Object.values(changes)) if (value) expect(printed).toContain(value);
  });
});
