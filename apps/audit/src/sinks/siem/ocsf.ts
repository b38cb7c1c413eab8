import type { AuditEntry } from '@gatehouse/contracts';
import { accountChange } from './ocsf-account-change.js';
import { apiActivity } from './ocsf-api-activity.js';
import { authentication } from './ocsf-authentication.js';
import type { OcsfClass } from './ocsf-class.js';
import type { EventFamily, Severity } from './event-facts.js';
import { factsOf } from './event-facts.js';

/** The version of the Open Cybersecurity Schema Framework that the mapping was written from. */
const OCSF_VERSION = '1.3.0';

const CLASSES: Readonly<Record<EventFamily, (entry: AuditEntry) => OcsfClass>> = {
  'access-token': authentication,
  user: accountChange,
  application: accountChange,
  'service-account': accountChange,
  token: apiActivity,
  'signing-key': apiActivity,
  request: apiActivity,
  other: apiActivity,
};

/** OCSF `severity_id` for the scale that CEF has. */
const SEVERITIES: Readonly<Record<Severity, readonly [number, string]>> = {
  1: [1, 'Informational'],
  3: [1, 'Informational'],
  5: [2, 'Low'],
  7: [4, 'High'],
  10: [5, 'Critical'],
};

/**
 * An entry as an OCSF event: access tokens are Authentication (3002), people, service accounts and applications Account
 * Change (3001), everything else API Activity (6003).
 * @param entry of the log.
 * @param logName the log's origin.
 */
export function ocsfOf(entry: AuditEntry, logName: string): Record<string, unknown> {
  const { family, title, severity } = factsOf(entry);
  const { attributes, ...named } = CLASSES[family](entry);
  const [severity_id, severityName] = SEVERITIES[severity];
  return {
    ...named,
    type_uid: named.class_uid * 100 + named.activity_id,
    type_name: `${named.class_name}: ${named.activity_name}`,
    time: Date.parse(entry.at),
    severity_id,
    severity: severityName,
    status_id: 1,
    status: 'Success',
    message: title,
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Gatehouse', vendor_name: 'Gatehouse', feature: { name: 'audit' } },
      uid: entry.eventId,
      event_code: entry.type,
      log_name: logName,
      log_provider: entry.source,
      original_time: entry.at,
      sequence: entry.index,
      tenant_uid: entry.tenant,
    },
    ...attributes,
    unmapped: { leaf_hash: entry.leafHash, subject: entry.subject },
  };
}
