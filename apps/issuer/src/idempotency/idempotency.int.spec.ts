import { randomUUID } from 'node:crypto';
import { digestOfToken } from '@gatehouse/kernel';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startIssuer } from '../../test/start-issuer.js';
import { KeptAnswers } from './kept-answers.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

const body = { name: 'CI', scopes: ['demo:read'] };
const withKey = (key: string) => ({ 'idempotency-key': key });
const countEvents = async () =>
  Number((await issuer.dataSource.query('select count(*) from events'))[0].count);

describe('Idempotency-Key', () => {
  it('gives a repeated request the first answer, secret included, and does nothing twice', async () => {
    const key = `"${randomUUID()}"`;
    const first = await issuer.call('POST', '/v1/tokens', body, withKey(key));
    const before = await countEvents();
    const second = await issuer.call('POST', '/v1/tokens', body, withKey(key));
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(await countEvents()).toBe(before);
    const found = await issuer.call('POST', '/v1/tokens/lookup', { digest: digestOfToken(first.body.token) });
    expect(found.body).toMatchObject({ found: true, tokenId: first.body.id });
  });

  it('lets nobody read the kept answer from the database', async () => {
    const key = randomUUID();
    const { body: issued } = await issuer.call('POST', '/v1/tokens', body, withKey(key));
    const rows = await issuer.dataSource.query(
      `select id || fingerprint || encode(box, 'escape') as text from kept_answer`,
    );
    const kept = rows.map((row: { text: string }) => row.text).join();
    for (const secret of [key, issued.token.slice(8, 40), issued.id]) expect(kept).not.toContain(secret);
  });

  it('refuses the same key for other words, and for another endpoint', async () => {
    const key = randomUUID();
    const { body: issued } = await issuer.call('POST', '/v1/tokens', body, withKey(key));
    const other = await issuer.call('POST', '/v1/tokens', { ...body, name: 'other' }, withKey(key));
    const elsewhere = await issuer.call('POST', `/v1/tokens/${issued.id}/rotate`, body, withKey(key));
    for (const answer of [other, elsewhere])
      expect([answer.status, answer.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it('keeps nobody waiting for a connection that another such request holds', async () => {
    const few = await startIssuer({ DATABASE_POOL: '2' });
    const issue = () => few.call('POST', '/v1/tokens', body, withKey(randomUUID()));
    const answers = await Promise.all(Array.from({ length: 20 }, issue));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    await few.stop();
  });

  it('does the work of a hundred repetitions at once exactly once', async () => {
    const key = randomUUID();
    const before = await countEvents();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => issuer.call('POST', '/v1/tokens', body, withKey(key))),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    for (const { status, body: problem } of refused)
      expect([status, problem.code]).toEqual([409, 'idempotency-key-in-use']);
    const secrets = answers.filter(({ status }) => status === 201).map((answer) => answer.body.token);
    expect(new Set(secrets).size).toBe(1);
    expect(await countEvents()).toBe(before + 1);
  });

  it('says 409 while the first request is under way', async () => {
    const { body: issued } = await issuer.call('POST', '/v1/tokens', body);
    const path = `/v1/tokens/${issued.id}/rotate`;
    const key = randomUUID();
    const runner = issuer.dataSource.createQueryRunner();
    await runner.startTransaction();
    // The next version is taken but not committed: whoever wants to write it waits.
    await runner.query(
      `insert into events (id, stream_id, version, type, tenant, data, metadata)
       select gen_random_uuid(), stream_id, 2, type, tenant, data, metadata from events where stream_id = $1`,
      [issued.id],
    );
    const first = issuer.call('POST', path, {}, withKey(key));
    await eventually(async () =>
      expect(await issuer.dataSource.query('select from pg_locks where not granted')).not.toEqual([]),
    );
    const second = await issuer.call('POST', path, {}, withKey(key));
    await runner.rollbackTransaction();
    await runner.release();
    expect([second.status, second.body.code]).toEqual([409, 'idempotency-key-in-use']);
    const { body: rotated } = await first;
    expect((await issuer.call('POST', path, {}, withKey(key))).body).toEqual(rotated);
  });

  it('keeps no refusal: a corrected world gives another answer', async () => {
    const key = randomUUID();
    const unknown = await issuer.call('POST', '/v1/tokens', { name: '', scopes: [] }, withKey(key));
    expect(unknown.body.code).toBe('body-invalid');
    expect((await issuer.call('POST', '/v1/tokens', body, withKey(key))).status).toBe(201);
  });

  it('is each caller’s own', async () => {
    const key = randomUUID();
    const { body: other } = await issuer.call('POST', '/v1/tokens', { ...body, scopes: ['tokens:write'] });
    const mine = await issuer.call('POST', '/v1/tokens', body, withKey(key));
    const authorization = `Bearer ${other.token}`;
    const theirs = await issuer.call('POST', '/v1/tokens', body, { ...withKey(key), authorization });
    expect(theirs.status).toBe(201);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it.each(['', '"', 'with space', 'x'.repeat(256)])('refuses the malformed key %j', async (key) => {
    const answer = await issuer.call('POST', '/v1/tokens', body, withKey(key));
    expect([answer.status, answer.body.code]).toEqual([400, 'idempotency-key-invalid']);
  });

  it('holds for every item of a bulk, and for a rotation', async () => {
    const bulk = { tokens: [body, { name: '' }, body] };
    const bulkKey = randomUUID();
    const first = await issuer.call('POST', '/v1/tokens/bulk', bulk, withKey(bulkKey));
    expect((await issuer.call('POST', '/v1/tokens/bulk', bulk, withKey(bulkKey))).body).toEqual(first.body);
    const [{ value: token }] = first.body.results;
    const key = randomUUID();
    const rotate = () => issuer.call('POST', `/v1/tokens/${token.id}/rotate`, {}, withKey(key));
    const { body: rotated } = await rotate();
    expect((await rotate()).body).toEqual(rotated);
    expect(rotated.secrets).toHaveLength(2);
  });

  it('revokes in bulk item by item, as without a key', async () => {
    const { body: a } = await issuer.call('POST', '/v1/tokens', body);
    const { body: b } = await issuer.call('POST', '/v1/tokens', body);
    const asked = { ids: [a.id, 'tok_nope', b.id], reason: 'done' };
    const answer = await issuer.call('POST', '/v1/tokens/bulk-revoke', asked, withKey(randomUUID()));
    const said = answer.body.results.map((r: { ok: boolean }) => r.ok);
    expect(said).toEqual([true, false, true]);
    expect((await issuer.call('GET', `/v1/tokens/${b.id}`)).body.status).toBe('revoked');
  });

  it('never repeats the answer to a question', async () => {
    const key = randomUUID();
    const { body: issued } = await issuer.call('POST', '/v1/tokens', body);
    const question = { digest: digestOfToken(issued.token) };
    const ask = () => issuer.call('POST', '/v1/tokens/lookup', question, withKey(key));
    expect((await ask()).body.status).toBe('active');
    await issuer.call('POST', `/v1/tokens/${issued.id}/revoke`, { reason: 'gone' });
    expect((await ask()).body.status).toBe('revoked');
  });

  it('keeps the receipt that came after the commit', async () => {
    const { body: issued } = await issuer.call('POST', '/v1/tokens', body);
    const revoke = () =>
      issuer.call(
        'POST',
        `/v1/tokens/${issued.id}/revoke?wait=gateways`,
        { reason: 'gone' },
        withKey(issued.id),
      );
    const first = await revoke();
    expect(first.body.receipt).toMatchObject({ complete: true, gateways: [] });
    expect((await revoke()).body).toEqual(first.body);
  });

  it('forgets an answer after its day', async () => {
    const key = randomUUID();
    const first = await issuer.call('POST', '/v1/tokens', body, withKey(key));
    await issuer.dataSource.query('update kept_answer set expires_at = now()');
    const next = await issuer.call('POST', '/v1/tokens', body, withKey(key));
    expect(next.body.id).not.toBe(first.body.id);
    await issuer.dataSource.query('update kept_answer set expires_at = now()');
    await issuer.get(KeptAnswers).forgetExpired(10_000);
    expect(await issuer.dataSource.query('select id from kept_answer')).toEqual([]);
  });
});
