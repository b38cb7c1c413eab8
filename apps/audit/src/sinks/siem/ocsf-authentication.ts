import type { AuditEntry } from '@gatehouse/contracts';
import { textIn } from './event-facts.js';
import type { OcsfClass } from './ocsf-class.js';
import { actorOf } from './ocsf-actor.js';

/** OCSF 3002: an access token was given to a person's application, or to an application for itself. */
export function authentication(entry: AuditEntry): OcsfClass {
  const userId = textIn(entry, 'userId');
  const uid = userId ?? textIn(entry, 'applicationId') ?? entry.subject;
  return {
    category_uid: 3,
    category_name: 'Identity & Access Management',
    class_uid: 3002,
    class_name: 'Authentication',
    activity_id: 3,
    activity_name: 'Authentication Ticket',
    attributes: {
      actor: actorOf(entry),
      user: {
        uid,
        name: uid,
        ...(userId ? { type_id: 1, type: 'User' } : { type_id: 99, type: 'Application' }),
      },
      service: { name: textIn(entry, 'audience') ?? entry.source },
      auth_protocol_id: 99,
      auth_protocol: `OAuth 2.0 ${textIn(entry, 'grantType') ?? ''}`.trim(),
      session: { uid: entry.token ?? entry.subject, issuer: entry.source },
    },
  };
}
