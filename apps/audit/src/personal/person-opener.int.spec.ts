import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry, EntryPage, EvidencePage } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

const idOf = (n: number): string => `usr_${n.toString(16).padStart(32, '0')}`;
const JANE = { email: 'jane@acme.example', name: 'Jane' };
const COUNT = 450; // three calls to the issuer

let around: Surroundings;
let url: string;

beforeAll(async () => {
  around = await startSurroundings();
  const { issuer } = around;
  for (let n = 0; n < COUNT; n++)
    issuer.commit({
      type: 'user.created.v1',
      subject: idOf(n),
      tenant: 'acme',
      data: { userId: idOf(n), personal: 'x'.repeat(60) },
    });
  issuer.commit();
  for (let n = 0; n < COUNT; n++) issuer.persons.set(`acme ${idOf(n)}`, { ...JANE, name: `Jane ${n}` });
  const service = await around.audit();
  url = service.url;
  await LogReader.of(service, around).covers(COUNT + 1);
});

afterAll(() => around.stop());

const readerWith = (scopes: string[], tenant = 'acme'): LogReader =>
  new LogReader(url, around.issuer.admit(['audit:read', ...scopes], tenant), '');

const entriesOf = async (reader: LogReader): Promise<AuditEntry[]> =>
  (await reader.json<EntryPage>('/v1/entries?limit=500')).items;

describe('who entries are about', () => {
  it('is said to a reader whom the issuer lets see people, and the event stays as it was logged', async () => {
    const reader = readerWith(['audit:personal', 'users:read']);
    // An issuer that takes its time is not waited for: then they stay sealed.
    const entries = await eventually(async () => {
      const shown = await entriesOf(reader);
      expect(shown.map(({ person }) => person)).toEqual(
        shown.map((_, n) => ({ status: 'open', email: JANE.email, name: `Jane ${n}` })),
      );
      return shown;
    });
    expect(entries[7].event).toEqual(around.issuer.events[7]);
    await eventually(async () => {
      const { items } = await reader.json<EvidencePage>(`/v1/evidence/access?person=${idOf(3)}`);
      expect(items.map(({ person }) => person)).toEqual([{ status: 'open', ...JANE, name: 'Jane 3' }]);
    });
  });

  it('is gone for good once the person is erased', async () => {
    around.issuer.persons.delete(`acme ${idOf(0)}`);
    const reader = readerWith(['audit:personal', 'users:read']);
    await eventually(async () => {
      const [erased, other] = await entriesOf(reader);
      expect([erased.person, other.person?.status]).toEqual([{ status: 'erased' }, 'open']);
    });
    const stored = await around.sql('select count(*)::int n from audit.leaves where canonical like $1', [
      '%Jane%',
    ]);
    expect(stored).toEqual([{ n: 0 }]);
  });

  it.each([
    ['without users:read', ['audit:personal'], 'acme', { status: 'sealed' }],
    ['of another tenant', ['audit:personal', 'users:read'], 'default', { status: 'sealed' }],
    ['without audit:personal', ['users:read'], 'acme', undefined],
  ])('is not said to a reader %s', async (_, scopes, tenant, person) => {
    const [entry] = await entriesOf(readerWith(scopes, tenant));
    expect(entry.person).toEqual(person);
    expect(JSON.stringify(entry)).not.toContain('Jane');
  });

  it('stays sealed while the issuer is away, and the answer comes all the same', async () => {
    const reader = readerWith(['audit:personal', 'users:read']);
    await entriesOf(reader); // its token is known from here on
    await around.issuer.stop();
    expect((await entriesOf(reader)).map(({ person }) => person)).toEqual(
      Array.from({ length: COUNT }, () => ({ status: 'sealed' })),
    );
    await around.issuer.start();
  });
});
