import type { z } from 'zod';
import { AccessTokenConsumed, AccessTokenIssued } from './access-token.events.js';
import { ApiChanged, ApiPublished, ApiRetired } from './api.events.js';
import {
  ApplicationDisabled,
  ApplicationEnabled,
  ApplicationRegistered,
  ApplicationSecretRotated,
  ApplicationUpdated,
} from './application.events.js';
import {
  SigningKeyActivated,
  SigningKeyCompromised,
  SigningKeyPublished,
  SigningKeyRetired,
} from './key.events.js';
import { ResourceDeclared, ResourceWithdrawn } from './resource.events.js';
import { IdentityCreated, IdentityDeleted, IdentityUpdated } from './identity.events.js';
import {
  IdentityLinked,
  IdentityProviderAdded,
  IdentityProviderRemoved,
} from './identity-provider.events.js';
import { ImportKeyAdded, ImportKeyRemoved } from './import-key.events.js';
import { IssuerDistrusted, IssuerTrusted } from './trusted-issuer.events.js';
import { EventQuarantined } from './audit.events.js';
import {
  FactorEnrolled,
  FactorRemoved,
  SessionEnded,
  SignInFailed,
  SignInSucceeded,
} from './sign-in.events.js';
import { GatewayConfigChanged } from './gateway.events.js';
import { MemberAdded, MemberRemoved, MemberRoleChanged } from './member.events.js';
import { RequestLogged } from './request.events.js';
import {
  LegalHoldLifted,
  LegalHoldPlaced,
  RetentionEnded,
  RetentionSet,
  RetentionStarted,
} from './retention.events.js';
import { ScopeDefined, ScopeRetired } from './scope.events.js';
import {
  ServiceAccountCreated,
  ServiceAccountDeleted,
  ServiceAccountResumed,
  ServiceAccountSuspended,
  ServiceAccountUpdated,
} from './service-account.events.js';
import { TeamCreated, TeamDeleted, TeamMemberAdded, TeamMemberRemoved, TeamUpdated } from './team.events.js';
import { InvitationAccepted, InvitationIssued, InvitationRevoked } from './invitation.events.js';
import { TenantCreated, TenantResumed, TenantSuspended, TenantUpdated } from './tenant.events.js';
import {
  TokenExpiring,
  TokenIssued,
  TokenLeakReported,
  TokenResumed,
  TokenRevoked,
  TokenRotationDue,
  TokenSecretAdded,
  TokenSecretRetired,
  TokenSuspended,
  TokenUpdated,
} from './token.events.js';
import {
  UserCreated,
  UserDisabled,
  UserEnabled,
  UserErased,
  UserPasswordChanged,
  UserPasswordResetAllowed,
  UserUpdated,
} from './user.events.js';

/** Every event version in force, by its name in code. */
export const events = {
  TokenIssued,
  TokenUpdated,
  TokenSecretAdded,
  TokenSecretRetired,
  TokenSuspended,
  TokenResumed,
  TokenRevoked,
  TokenLeakReported,
  TokenRotationDue,
  TokenExpiring,
  AccessTokenIssued,
  AccessTokenConsumed,
  ApplicationRegistered,
  ApplicationUpdated,
  ApplicationSecretRotated,
  ApplicationDisabled,
  ApplicationEnabled,
  IssuerTrusted,
  IssuerDistrusted,
  ResourceDeclared,
  ResourceWithdrawn,
  ApiPublished,
  ApiChanged,
  ApiRetired,
  SigningKeyPublished,
  SigningKeyActivated,
  SigningKeyRetired,
  SigningKeyCompromised,
  UserCreated,
  UserUpdated,
  UserDisabled,
  UserEnabled,
  UserErased,
  UserPasswordChanged,
  UserPasswordResetAllowed,
  MemberAdded,
  MemberRoleChanged,
  MemberRemoved,
  TenantCreated,
  TenantUpdated,
  TenantSuspended,
  TenantResumed,
  ScopeDefined,
  ScopeRetired,
  IdentityCreated,
  IdentityUpdated,
  IdentityDeleted,
  InvitationIssued,
  InvitationAccepted,
  InvitationRevoked,
  TeamCreated,
  TeamUpdated,
  TeamDeleted,
  TeamMemberAdded,
  TeamMemberRemoved,
  ServiceAccountCreated,
  ServiceAccountUpdated,
  ServiceAccountSuspended,
  ServiceAccountResumed,
  ServiceAccountDeleted,
  SignInSucceeded,
  SignInFailed,
  FactorEnrolled,
  FactorRemoved,
  SessionEnded,
  IdentityProviderAdded,
  IdentityLinked,
  IdentityProviderRemoved,
  ImportKeyAdded,
  ImportKeyRemoved,
  RequestLogged,
  GatewayConfigChanged,
} as const;

/**
 * What audit itself writes into the log. It is read there, and nowhere published: whoever could change it on the way
 * would change the record of who decided what.
 */
export const auditEvents = {
  EventQuarantined,
  RetentionSet,
  RetentionStarted,
  RetentionEnded,
  LegalHoldPlaced,
  LegalHoldLifted,
} as const;

/** The wire type of an event by its name in code, published or only logged. */
export function wireTypeOf(name: string): string | undefined {
  const named: Record<string, { type: string }> = { ...events, ...auditEvents };
  return Object.hasOwn(named, name) ? named[name]!.type : undefined;
}

/** Any Gatehouse event. */
export type GatehouseEvent = z.infer<(typeof events)[keyof typeof events]['schema']>;

/** An event's name in code, such as `TokenRevoked`. */
export type EventName = keyof typeof events;

/** What gateways say. It goes from them to other services, on a stream that subscribers cannot read. */
export const gatewayEvents: ReadonlySet<string> = new Set<EventName>([
  'RequestLogged',
  'GatewayConfigChanged',
]);

const byType = new Map<string, (typeof events)[EventName]>(Object.values(events).map((d) => [d.type, d]));

/** Thrown for a message that is not a Gatehouse event: it can never succeed, so it must not be retried. */
export class MalformedEvent extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MalformedEvent';
  }
}

/**
 * Reads one event as it travels.
 * @param json the decoded JSON value.
 * @throws MalformedEvent when the type is unknown or a field breaks the schema; the message names them.
 */
export function parseEvent(json: unknown): GatehouseEvent {
  const type = typeof json === 'object' && json !== null && 'type' in json ? String(json.type) : '';
  const definition = byType.get(type);
  if (!definition) throw new MalformedEvent(`unknown event type "${type.slice(0, 100)}"`);
  const parsed = definition.schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new MalformedEvent(`${type}: ${issue?.path.join('.')}: ${issue?.message}`, { cause: parsed.error });
}

/** The NATS subject an event is published on: `<prefix>.<tenant>`. The only place subjects come from. */
export function subjectOf(event: { type: string; tenant: string }): string {
  const definition = byType.get(event.type);
  if (!definition) throw new MalformedEvent(`unknown event type "${event.type}"`);
  return `${definition.subjectPrefix}.${event.tenant}`;
}

/** The subject filter that receives one event type, of one tenant or of all. */
export function filterFor(name: EventName, tenant = '*'): string {
  return `${events[name].subjectPrefix}.${tenant}`;
}

/** The name in code of a wire type, e.g. `token.issued.v1` → `TokenIssued`. */
export function nameOf(type: GatehouseEvent['type']): EventName {
  return byType.get(type)!.name;
}
