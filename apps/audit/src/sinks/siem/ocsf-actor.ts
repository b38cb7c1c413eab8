import type { AuditEntry } from '@gatehouse/contracts';
import { actorParts } from './event-facts.js';

/** OCSF object `user`, of whoever did it: a person, or a program that holds a token. */
export function actorOf({ actor, source }: AuditEntry): Record<string, unknown> {
  const { kind, id } = actorParts(actor);
  const uid = id || source;
  const isPerson = kind === 'user';
  return {
    user: { uid, name: uid, type_id: isPerson ? 1 : 3, type: isPerson ? 'User' : 'System' },
    app_name: source,
  };
}
