import type { AuditEntry } from '@gatehouse/contracts';
import type { Deed, EventFamily } from './event-facts.js';
import { factsOf, textIn } from './event-facts.js';
import type { OcsfClass } from './ocsf-class.js';
import { actorOf } from './ocsf-actor.js';

const ACTIVITIES: Readonly<Record<Deed, readonly [number, string]>> = {
  create: [1, 'Create'],
  enable: [2, 'Enable'],
  rotate: [4, 'Password Reset'],
  disable: [5, 'Disable'],
  delete: [6, 'Delete'],
  update: [99, 'Update'],
  compromise: [99, 'Other'],
  record: [99, 'Other'],
  other: [99, 'Other'],
};

/** What the dictionary has no number for is told by its name. */
function kindOf(family: EventFamily): { type_id: number; type: string } {
  if (family === 'user') return { type_id: 1, type: 'User' };
  return { type_id: 99, type: family === 'service-account' ? 'Service' : 'Application' };
}

/** OCSF 3001: an account of a person, of a program or of an application changed. */
export function accountChange(entry: AuditEntry): OcsfClass {
  const { family, deed } = factsOf(entry);
  const [activity_id, activity_name] = ACTIVITIES[deed];
  return {
    category_uid: 3,
    category_name: 'Identity & Access Management',
    class_uid: 3001,
    class_name: 'Account Change',
    activity_id,
    activity_name,
    attributes: {
      actor: actorOf(entry),
      user: { uid: entry.subject, name: textIn(entry, 'name') ?? entry.subject, ...kindOf(family) },
    },
  };
}
