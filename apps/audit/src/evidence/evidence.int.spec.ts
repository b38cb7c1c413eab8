import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EvidenceControls, EvidencePage } from '@gatehouse/contracts';
import { tokenIdOf } from '../../test/events.js';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

const PERSON = 'usr_1';

let around: Surroundings;
let log: LogReader;
let acme: LogReader;

beforeAll(async () => {
  around = await startSurroundings();
  const { issuer, key } = around;
  issuer.commitMany(6); // three tokens issued and revoked
  issuer.commit({ type: 'signing-key.published.v1', subject: 'key', data: {} });
  issuer.commit({ type: 'user.created.v1', subject: PERSON, data: { userId: PERSON, personal: 'sealed' } });
  issuer.commit({ type: 'token.issued.v1', actor: `user:${PERSON}`, data: { tokenId: tokenIdOf(9) } });
  issuer.commit({
    type: 'token.updated.v1',
    actor: `token:${tokenIdOf(1)}`,
    data: { tokenId: tokenIdOf(9) },
  });
  issuer.commit({ type: 'token.revoked.v1', tenant: 'acme', data: { tokenId: tokenIdOf(8) } });
  const service = await around.audit();
  log = LogReader.of(service, around);
  acme = new LogReader(service.url, issuer.admit(['audit:read'], 'acme'), key.verifierKey);
  await log.covers(11);
});

afterAll(() => around.stop());

const report = (path: string, reader = log): Promise<EvidencePage> => reader.json(`/v1/evidence/${path}`);
const found = async (path: string, reader = log): Promise<number[]> =>
  (await report(path, reader)).items.map(({ index }) => index);

describe('the evidence', () => {
  it('maps controls of four frameworks to searches, and each of them runs', async () => {
    const { items } = await log.json<EvidenceControls>('/v1/evidence/controls');
    expect(new Set(items.map(({ framework }) => framework)).size).toBe(4);
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    for (const { id, control } of items) expect((await report(`controls/${id}`)).report).toContain(control);
  });

  it('of a control is what its events are, page by page, in a span of time', async () => {
    expect(await found('controls/soc2-cc6.3')).toEqual([1, 3, 5, 9, 10]);
    expect(await found('controls/soc2-cc6.3?order=newest&limit=2')).toEqual([10, 9]);
    const first = await report('controls/soc2-cc6.3?limit=2');
    expect(first.items.map(({ index }) => index)).toEqual([1, 3]);
    expect(await found(`controls/soc2-cc6.3?limit=2&cursor=${first.nextCursor}`)).toEqual([5, 9]);
    const { time } = around.issuer.events[5];
    expect(await found(`controls/soc2-cc6.3?from=${time}`)).toEqual([5, 9, 10]);
    expect(await found(`controls/soc2-cc6.3?to=${time}`)).toEqual([1, 3]);
    expect(await found('controls/pci-3.7')).toEqual([6]);
  });

  it('of a person or a token is what was done about it and what it did', async () => {
    expect(await found(`access?person=${PERSON}`)).toEqual([7, 8]);
    expect(await found(`access?token=${tokenIdOf(1)}`)).toEqual([0, 1, 9]);
  });

  it('of keys and privileges is who did what with them', async () => {
    expect(await found('key-ceremonies')).toEqual([6]);
    expect(await found('privileged-actions')).toEqual([6, 7]);
  });

  it('shows a tenant its own entries alone, and personal fields only to who may see them', async () => {
    expect(await found('controls/soc2-cc6.3', acme)).toEqual([10]);
    expect(await found('controls/soc2-cc6.3?tenant=default', acme)).toEqual([10]);
    expect(await found(`access?person=${PERSON}`, acme)).toEqual([]);
    const lesser = new LogReader(log.url, around.issuer.admit(['audit:read']), '');
    expect(JSON.stringify(await report(`access?person=${PERSON}`, lesser))).not.toContain('sealed');
  });

  it.each([
    ['controls/soc2-cc99', 404, 'not-found'],
    ['access', 400, 'query-invalid'],
    [`access?person=${PERSON}&token=tok_1`, 400, 'query-invalid'],
    ['privileged-actions?from=yesterday', 400, 'query-invalid'],
  ])('refuses %s with %i', async (path, status, code) => {
    const response = await log.get(`/v1/evidence/${path}`);
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
  });
});
