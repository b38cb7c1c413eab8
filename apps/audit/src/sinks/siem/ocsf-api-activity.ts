import type { AuditEntry } from '@gatehouse/contracts';
import type { Deed } from './event-facts.js';
import { factsOf } from './event-facts.js';
import type { OcsfClass } from './ocsf-class.js';
import { actorOf } from './ocsf-actor.js';

const ACTIVITIES: Readonly<Record<Deed, readonly [number, string]>> = {
  create: [1, 'Create'],
  record: [1, 'Create'],
  update: [3, 'Update'],
  rotate: [3, 'Update'],
  enable: [3, 'Update'],
  disable: [3, 'Update'],
  compromise: [3, 'Update'],
  delete: [4, 'Delete'],
  other: [99, 'Other'],
};

/** OCSF 6003: somebody called a management API, or the service did so itself. */
export function apiActivity(entry: AuditEntry): OcsfClass {
  const { family, deed } = factsOf(entry);
  const [activity_id, activity_name] = ACTIVITIES[deed];
  return {
    category_uid: 6,
    category_name: 'Application Activity',
    class_uid: 6003,
    class_name: 'API Activity',
    activity_id,
    activity_name,
    attributes: {
      actor: actorOf(entry),
      api: { operation: entry.type, service: { name: entry.source } },
      // Events carry no address: what is known of the source is which service spoke.
      src_endpoint: { svc_name: entry.source },
      resources: [{ uid: entry.token ?? entry.subject, type: family }],
    },
  };
}
