import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stage, setStage } from './stage.js';

let stage: Stage;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policies-'));
  stage = await setStage();
});
afterAll(async () => {
  await stage.stop();
  await rm(folder, { recursive: true });
});

const statusOf = async (id: string) => (await stage.answer('tokens', 'get', id))['status'];

describe('gatehouse tenants', () => {
  it('creates, changes, suspends and resumes a tenant, and lets its owner in', async () => {
    const policy = join(folder, 'policy.json');
    await writeFile(policy, JSON.stringify({ maxTtlSeconds: 3600 }));
    const created = await stage.answer('tenants', 'create', 'acme', '--name', 'Acme', '--policy', policy);
    expect(created['policy']).toMatchObject({ maxTtlSeconds: 3600, requiresIpAllow: false });
    expect(await stage.printed('tenants', 'change', 'acme', '--name', 'Acme Ltd')).toContain('Acme Ltd');
    expect((await stage.listed('tenants', 'list')).map(({ id }) => id)).toContain('acme');
    const { token } = await stage.answer('tenants', 'owner-token', 'acme');
    const owner = () => stage.run(['users', 'list'], { token: String(token) });
    expect((await owner()).exitCode).toBe(0);
    const tried = await stage.run(['tenants', 'suspend', 'acme', '--reason', 'unpaid']);
    expect([tried.exitCode, tried.out]).toEqual([
      0,
      expect.stringContaining('None of its tokens would work'),
    ]);
    expect((await owner()).exitCode).toBe(0);
    await stage.printed('tenants', 'suspend', 'acme', '--reason', 'unpaid', '--yes');
    expect((await owner()).exitCode).toBe(1);
    await stage.printed('tenants', 'resume', 'acme', '--reason', 'paid');
    expect((await owner()).exitCode).toBe(0);
  });

  it.each([
    ['{ "maxTtlSeconds": 1 }', 'maxTtlSeconds'],
    ['{ "maxTtl": 3600 }', 'maxTtl'],
    ['no', 'not JSON'],
  ])('takes no policy %s', async (text, said) => {
    const policy = join(folder, 'wrong.json');
    await writeFile(policy, text);
    const { exitCode, err } = await stage.run(['tenants', 'change', 'default', '--policy', policy]);
    expect([exitCode, err]).toEqual([2, expect.stringContaining(said)]);
  });
});

describe('gatehouse identities', () => {
  it('creates, changes, finds and deletes one with its tokens', async () => {
    const limits = ['--rate-limit', 'calls=1000/1h', '--rate-limit', 'bursts=20/10s'];
    const credits = ['--credits', '50', '--refill', '5000/month@1'];
    const terms = ['--external-id', 'customer-17', '--name', 'Customer', '--metadata', 'plan=gold'];
    const identity = await stage.answer('identities', 'create', ...terms, ...limits, ...credits);
    expect(identity).toMatchObject({
      metadata: { plan: 'gold' },
      limits: [{ name: 'calls', limit: 1000, durationSeconds: 3600 }, { name: 'bursts' }],
      credits: { remaining: 50, refill: { amount: 5000, every: 'month', onDay: 1 } },
    });
    const changed = await stage.answer('identities', 'change', identity.id, '--no-credits');
    expect(changed).toMatchObject({ credits: null, metadata: { plan: 'gold' } });
    expect(await stage.listed('identities', 'list', '--external-id', 'customer-17')).toHaveLength(1);
    const token = await stage.answer(
      'tokens',
      'issue',
      '--name',
      'n',
      '--scope',
      'demo:read',
      '--identity',
      identity.id,
      '--ip-deny',
      '192.0.2.0/24',
    );
    expect(token).toMatchObject({ ipAllow: [], ipDeny: ['192.0.2.0/24'] });
    expect(await stage.printed('tokens', 'get', token.id)).toMatch(/denied from +192\.0\.2\.0\/24/);
    expect((await stage.run(['identities', 'delete', identity.id, '--yes'])).exitCode).toBe(1);
    expect(await stage.printed('identities', 'delete', identity.id, '--revoke')).toContain(
      'would be revoked',
    );
    await stage.printed('identities', 'delete', identity.id, '--revoke', '--yes');
    expect(await statusOf(token.id)).toBe('revoked');
    expect((await stage.run(['identities', 'show', identity.id])).exitCode).toBe(1);
  });

  it.each([
    ['--refill', '5/week'],
    ['--rate-limit', 'calls'],
    ['--refill', '5/day'],
  ])('is wrong usage with %s %s alone', async (...words) => {
    const { exitCode } = await stage.run(['identities', 'change', 'idn_1', ...words]);
    expect(exitCode).toBe(2);
  });
});

describe('gatehouse teams', () => {
  it('creates, changes, fills, empties and deletes a team', async () => {
    const ada = await stage.person('ada');
    const team = await stage.answer('teams', 'create', '--name', 'payments');
    expect(await stage.printed('teams', 'change', team.id, '--description', 'pays')).toContain('pays');
    await stage.printed('teams', 'add-member', team.id, '--user', ada);
    expect(await stage.listed('teams', 'members', team.id)).toMatchObject([{ userId: ada }]);
    expect(await stage.printed('teams', 'remove-member', team.id, '--user', ada)).toContain('would be taken');
    await stage.printed('teams', 'remove-member', team.id, '--user', ada, '--reason', 'moved', '--yes');
    expect(await stage.listed('teams', 'members', team.id)).toEqual([]);
    expect(await stage.printed('teams', 'list')).toMatch(/payments +pays/);
    const nobody = await stage.run(['teams', 'remove-member', team.id, '--user', 'nobody', '--yes']);
    expect([nobody.exitCode, nobody.err]).toEqual([1, expect.stringContaining('no such thing')]);
    expect(await stage.printed('teams', 'delete', team.id)).toContain('would be deleted');
    await stage.printed('teams', 'delete', team.id, '--yes');
    expect((await stage.run(['teams', 'show', team.id])).exitCode).toBe(1);
  });
});

describe('gatehouse service-accounts', () => {
  it('suspends, resumes, narrows and deletes one with its tokens, each shown before', async () => {
    const owner = await stage.person('bea');
    const terms = ['--name', 'nightly', '--owner', owner, '--scope', 'demo:read', '--scope', 'demo:write'];
    const account = await stage.answer('service-accounts', 'create', ...terms);
    const step = (name: string, ...words: string[]) =>
      stage.printed('service-accounts', name, account.id, ...words);
    const issued = [
      'tokens',
      'issue',
      '--name',
      'n',
      '--scope',
      'demo:read',
      '--service-account',
      account.id,
    ];
    const token = await stage.answer(...issued);
    const why = ['--reason', 'review'];
    expect(await step('suspend', ...why)).toMatch(/tokens then +1 suspended/);
    expect(await statusOf(token.id)).toBe('active');
    expect(await step('suspend', ...why, '--yes')).toMatch(/tokens +1 suspended/);
    expect(await step('resume', ...why)).toMatch(/tokens +1 resumed/);
    expect(await step('change', '--scope', 'demo:write')).toMatch(/tokens then +1 revoked/);
    expect(await step('change', '--description', 'at night', '--yes')).toMatch(/tokens +none changed/);
    expect(await stage.listed('service-accounts', 'list', '--owner', owner)).toMatchObject([
      { id: account.id, description: 'at night' },
    ]);
    expect(await step('delete', ...why)).toMatch(/nightly[^]*tokens then +1 revoked/);
    expect(await step('delete', ...why, '--yes')).toMatch(/is deleted\ntokens +1 revoked/);
    expect(await statusOf(token.id)).toBe('revoked');
    expect(await stage.listed('service-accounts', 'events', account.id)).toHaveLength(5);
  });
});

it.each([
  'tenants',
  'users',
  'members',
  'invitations',
  'identities',
  'service-accounts',
  'teams',
  'sessions',
])('gatehouse %s --help says what it can do, with examples', async (name) => {
  const { exitCode, out } = await stage.run([name, '--help']);
  expect([exitCode, out]).toEqual([0, expect.stringContaining(`$ gatehouse ${name} `)]);
  expect(out).toMatch(/Commands:\n +list/);
});
