import type { AuditEntry } from '@gatehouse/contracts';

/** What kind of thing an event is about: each family has its own class in OCSF. */
export type EventFamily =
  | 'token'
  | 'access-token'
  | 'application'
  | 'user'
  | 'service-account'
  | 'signing-key'
  | 'request'
  | 'other';

/** What was done, in the words that every family shares. */
export type Deed =
  | 'create'
  | 'update'
  | 'delete'
  | 'enable'
  | 'disable'
  | 'rotate'
  | 'compromise'
  | 'record'
  | 'other';

/** 0 nothing to see, 10 act at once: the scale of CEF. */
export type Severity = 1 | 3 | 5 | 7 | 10;

/** What an event says, for formats that other systems read. */
export interface EventFacts {
  family: EventFamily;
  deed: Deed;
  /** For people: `Token revoked`. */
  title: string;
  severity: Severity;
}

type Fact = readonly [EventFamily, Deed, string, Severity];

const FACTS: Readonly<Record<string, Fact>> = {
  'token.issued.v1': ['token', 'create', 'Token issued', 3],
  'token.updated.v1': ['token', 'update', 'Token updated', 3],
  'token.secret-added.v1': ['token', 'rotate', 'Token secret added', 3],
  'token.secret-retired.v1': ['token', 'rotate', 'Token secret retired', 1],
  'token.suspended.v1': ['token', 'disable', 'Token suspended', 5],
  'token.resumed.v1': ['token', 'enable', 'Token resumed', 3],
  'token.revoked.v1': ['token', 'delete', 'Token revoked', 5],
  'import-key.added.v1': ['other', 'other', 'Import key added', 5],
  'import-key.removed.v1': ['other', 'other', 'Import key removed', 3],
  'access-token.issued.v1': ['access-token', 'create', 'Access token issued', 1],
  'access-token.consumed.v1': ['access-token', 'disable', 'Single-use access token used', 1],
  'application.registered.v1': ['application', 'create', 'Application registered', 3],
  'application.updated.v1': ['application', 'update', 'Application updated', 3],
  'application.secret-rotated.v1': ['application', 'rotate', 'Application secret rotated', 3],
  'application.disabled.v1': ['application', 'disable', 'Application disabled', 5],
  'application.enabled.v1': ['application', 'enable', 'Application enabled', 3],
  'catalog.api-published.v1': ['other', 'create', 'API published', 5],
  'catalog.api-changed.v1': ['other', 'update', 'API changed', 5],
  'catalog.api-retired.v1': ['other', 'delete', 'API retired', 5],
  'user.created.v1': ['user', 'create', 'User created', 3],
  'user.updated.v1': ['user', 'update', 'User updated', 3],
  'user.disabled.v1': ['user', 'disable', 'User disabled', 5],
  'user.enabled.v1': ['user', 'enable', 'User enabled', 3],
  'user.erased.v1': ['user', 'delete', 'User erased', 5],
  'service-account.created.v1': ['service-account', 'create', 'Service account created', 3],
  'service-account.updated.v1': ['service-account', 'update', 'Service account updated', 5],
  'service-account.suspended.v1': ['service-account', 'disable', 'Service account suspended', 5],
  'service-account.resumed.v1': ['service-account', 'enable', 'Service account resumed', 3],
  'service-account.deleted.v1': ['service-account', 'delete', 'Service account deleted', 5],
  'team.created.v1': ['other', 'create', 'Team created', 3],
  'team.updated.v1': ['other', 'update', 'Team updated', 3],
  'team.deleted.v1': ['other', 'delete', 'Team deleted', 3],
  'team.member-added.v1': ['other', 'update', 'Person added to a team', 5],
  'team.member-removed.v1': ['other', 'update', 'Person removed from a team', 5],
  'invitation.issued.v1': ['other', 'create', 'Person invited', 3],
  'invitation.accepted.v1': ['other', 'enable', 'Invitation accepted', 5],
  'invitation.revoked.v1': ['other', 'delete', 'Invitation revoked', 3],
  'member.added.v1': ['user', 'update', 'Member added', 5],
  'member.role-changed.v1': ['user', 'update', 'Member’s role changed', 5],
  'member.removed.v1': ['user', 'update', 'Member removed', 5],
  'signing-key.published.v1': ['signing-key', 'create', 'Signing key published', 3],
  'signing-key.activated.v1': ['signing-key', 'enable', 'Signing key activated', 3],
  'signing-key.retired.v1': ['signing-key', 'delete', 'Signing key retired', 3],
  'signing-key.compromised.v1': ['signing-key', 'compromise', 'Signing key compromised', 10],
  'request.logged.v1': ['request', 'record', 'Requests recorded', 1],
  'gateway.config-changed.v1': ['other', 'update', 'Gateway configuration changed', 5],
};

/** The prefixes of types by which later ones are told: an event that this build does not know still finds its family. */
const FAMILIES: readonly (readonly [string, EventFamily])[] = [
  ['access-token.', 'access-token'],
  ['token.', 'token'],
  ['application.', 'application'],
  ['user.', 'user'],
  ['service-account.', 'service-account'],
  ['member.', 'user'],
  ['signing-key.', 'signing-key'],
  ['request.', 'request'],
];

/** Reads what an entry is about from its type alone. */
export function factsOf({ type }: Pick<AuditEntry, 'type'>): EventFacts {
  const fact = Object.hasOwn(FACTS, type) ? FACTS[type] : undefined;
  if (fact) {
    const [family, deed, title, severity] = fact;
    return { family, deed, title, severity };
  }
  const family = FAMILIES.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'other';
  return { family, deed: 'other', title: type, severity: 3 };
}

/** A text field of an event's data; absent when it has none. */
export function textIn({ event }: Pick<AuditEntry, 'event'>, field: string): string | undefined {
  const data = event['data'];
  const value = typeof data === 'object' && data !== null ? Reflect.get(data, field) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Who did it, as two parts: `token:tok_1` is a token with the id `tok_1`. */
export function actorParts(actor: string): { kind: string; id: string } {
  const at = actor.indexOf(':');
  return at < 0 ? { kind: '', id: actor } : { kind: actor.slice(0, at), id: actor.slice(at + 1) };
}
