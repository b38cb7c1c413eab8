import { describe, expect, it } from '@jest/globals';
import { goldenEntries, goldenEntry } from '../../../test/golden-entries.js';
import { ocsfOf } from './ocsf.js';

/** What OCSF 1.3.0 requires of every event. */
const BASE = ['activity_id', 'category_uid', 'class_uid', 'metadata', 'severity_id', 'time', 'type_uid'];

/** What each class requires beyond it, its category, and the activities it knows. */
const CLASSES: Record<number, { category: number; required: string[]; activities: number[] }> = {
  3001: { category: 3, required: ['user'], activities: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99] },
  3002: { category: 3, required: ['user'], activities: [0, 1, 2, 3, 4, 5, 6, 99] },
  6003: { category: 6, required: ['actor', 'api', 'src_endpoint'], activities: [0, 1, 2, 3, 4, 99] },
};

type Json = Record<string, unknown>;

/** The required attributes of the objects, and those of which at least one has to be there. */
function expectObjects(event: Json): void {
  const { metadata, user, actor, api, src_endpoint: source, service } = event as Record<string, Json>;
  expect(metadata).toMatchObject({
    version: '1.3.0',
    product: { name: 'Gatehouse', vendor_name: 'Gatehouse' },
    uid: expect.any(String),
  });
  for (const person of [user, actor?.['user'] as Json | undefined].filter((it) => it !== undefined)) {
    expect(person['uid'] || person['name']).toBeTruthy();
    expect([0, 1, 2, 3, 99]).toContain(person['type_id']);
  }
  if (api) expect(api['operation']).toEqual(expect.any(String));
  if (source) expect(source['svc_name']).toBeTruthy();
  if (event['class_uid'] === 3002) expect(service['name']).toBeTruthy();
}

describe('an entry in OCSF', () => {
  it.each(goldenEntries().map((entry) => [entry.type, entry] as const))(
    'of %s has all that its class requires',
    (_, entry) => {
      const event = ocsfOf(entry, 'log.example');
      const { category, required, activities } = CLASSES[event['class_uid'] as number];
      for (const name of [...BASE, ...required]) expect(event[name]).toBeDefined();
      expect(event['category_uid']).toBe(category);
      expect(activities).toContain(event['activity_id']);
      expect(event['type_uid']).toBe(Number(event['class_uid']) * 100 + Number(event['activity_id']));
      expect([0, 1, 2, 3, 4, 5, 6, 99]).toContain(event['severity_id']);
      expect(event['time']).toBe(Date.parse(entry.at));
      expectObjects(event);
      const secret = (entry.event['data'] as { secret?: { hash: string } }).secret;
      if (secret) expect(JSON.stringify(event)).not.toContain(secret.hash);
    },
  );

  it.each([
    ['token.issued.v1', 6003, 1],
    ['token.revoked.v1', 6003, 4],
    ['access-token.issued.v1', 3002, 3],
    ['user.created.v1', 3001, 1],
    ['user.disabled.v1', 3001, 5],
    ['user.erased.v1', 3001, 6],
    ['application.enabled.v1', 3001, 2],
    ['application.secret-rotated.v1', 3001, 4],
    ['signing-key.compromised.v1', 6003, 3],
  ])('of %s is class %i, activity %i', (type, classUid, activity) => {
    expect(ocsfOf(goldenEntry(type), 'log.example')).toMatchObject({
      class_uid: classUid,
      activity_id: activity,
    });
  });

  it('says where the entry stands in which log', () => {
    const entry = goldenEntry('token.revoked.v1');
    expect(ocsfOf(entry, 'log.example')).toMatchObject({
      metadata: { log_name: 'log.example', sequence: entry.index, tenant_uid: entry.tenant },
      unmapped: { leaf_hash: entry.leafHash },
    });
  });

  it('finds the class of a version that this build does not know by its family', () => {
    const entry = { ...goldenEntry('user.created.v1'), type: 'user.promoted.v9' };
    expect(ocsfOf(entry, 'log.example')).toMatchObject({ class_uid: 3001, activity_id: 99 });
    expect(ocsfOf({ ...entry, type: 'weather.changed.v1' }, 'l')).toMatchObject({ class_uid: 6003 });
  });
});
