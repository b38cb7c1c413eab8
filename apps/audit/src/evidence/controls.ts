import type { auditEvents, EventName, EvidenceControl } from '@gatehouse/contracts';

type LoggedName = EventName | keyof typeof auditEvents;
type Control = EvidenceControl & { events: LoggedName[] };

const ISSUED: LoggedName[] = ['TokenIssued', 'AccessTokenIssued', 'ApplicationRegistered'];
const CHANGED: LoggedName[] = ['TokenUpdated', 'ApplicationUpdated'];
const ENDED: LoggedName[] = [
  'TokenRevoked',
  'TokenSuspended',
  'ApplicationDisabled',
  'UserDisabled',
  'UserErased',
  'MemberRemoved',
  'TeamMemberRemoved',
  'ServiceAccountSuspended',
  'ServiceAccountDeleted',
];
const PEOPLE: LoggedName[] = [
  'UserCreated',
  'UserUpdated',
  'UserDisabled',
  'UserEnabled',
  'UserErased',
  'MemberAdded',
  'MemberRoleChanged',
  'MemberRemoved',
  'InvitationIssued',
  'InvitationAccepted',
  'InvitationRevoked',
  'TeamMemberAdded',
  'TeamMemberRemoved',
];
const SERVICE_ACCOUNTS: LoggedName[] = [
  'ServiceAccountCreated',
  'ServiceAccountUpdated',
  'ServiceAccountSuspended',
  'ServiceAccountResumed',
  'ServiceAccountDeleted',
];
const SECRETS: LoggedName[] = ['TokenSecretAdded', 'TokenSecretRetired', 'ApplicationSecretRotated'];
const TENANTS: LoggedName[] = [
  'TenantCreated',
  'TenantUpdated',
  'TenantSuspended',
  'TenantResumed',
  'IssuerTrusted',
  'IssuerDistrusted',
];

/** What happens to the keys that sign, each step of it. */
export const KEY_CEREMONIES: LoggedName[] = [
  'SigningKeyPublished',
  'SigningKeyActivated',
  'SigningKeyRetired',
  'SigningKeyCompromised',
];

/** What only few may do, and what weakens or widens what all others may. */
export const PRIVILEGED: LoggedName[] = [
  'GatewayConfigChanged',
  'ApiPublished',
  'ApiChanged',
  'ApiRetired',
  ...KEY_CEREMONIES,
  ...TENANTS,
  ...PEOPLE,
  ...SERVICE_ACCOUNTS,
  'ApplicationRegistered',
  'ApplicationDisabled',
  'ApplicationEnabled',
  'EventQuarantined',
  'RetentionSet',
  'LegalHoldPlaced',
  'LegalHoldLifted',
];

const soc2 = controlsOf('SOC 2', 'soc2');
const iso = controlsOf('ISO 27001:2022', 'iso27001');
const pci = controlsOf('PCI DSS 4.0', 'pci');
const hipaa = controlsOf('HIPAA', 'hipaa');

/** Every mapping. It says where to look, not that a requirement is met: that is for an auditor to say. */
export const controls: readonly Control[] = [
  soc2(
    'CC6.1',
    'logical access is restricted to who is authorised',
    'every credential, with its scopes and its end',
    ISSUED,
  ),
  soc2(
    'CC6.2',
    'users are registered and authorised before they get in',
    'people created, changed, disabled',
    PEOPLE,
  ),
  soc2('CC6.3', 'access is changed and removed as roles change', 'changes and ends of credentials', [
    ...CHANGED,
    ...ENDED,
  ]),
  soc2('CC7.4', 'incidents are responded to', 'keys reported, credentials revoked or suspended', [
    'SigningKeyCompromised',
    'TokenRevoked',
    'TokenSuspended',
  ]),
  soc2(
    'CC8.1',
    'changes are authorised and recorded',
    'changes of terms, and what was left out of the record',
    [...CHANGED, ...TENANTS, 'GatewayConfigChanged', 'EventQuarantined'],
  ),
  iso('A.5.16', 'identities have a managed life', 'the life of people, service accounts and applications', [
    ...PEOPLE,
    ...SERVICE_ACCOUNTS,
    'ApplicationRegistered',
    'ApplicationDisabled',
    'ApplicationEnabled',
  ]),
  iso('A.5.17', 'authentication information is managed', 'secrets added, rotated and retired', SECRETS),
  iso(
    'A.5.18',
    'access rights are given, reviewed, changed and removed',
    'credentials issued, changed and ended',
    [...ISSUED, ...CHANGED, ...ENDED],
  ),
  iso('A.8.2', 'privileged access is restricted and managed', 'privileged actions', PRIVILEGED),
  iso('A.8.15', 'logs are protected, and what is missing is known', 'decisions to leave an event out', [
    'EventQuarantined',
  ]),
  iso('A.8.24', 'the use of cryptography is managed', 'the life of signing keys', KEY_CEREMONIES),
  pci('3.7', 'cryptographic keys have a managed life', 'the life of signing keys', KEY_CEREMONIES),
  pci('8.2.4', 'changes of user ids are authorised', 'the life of people', PEOPLE),
  pci('8.2.5', 'access of who leaves ends at once', 'ends of credentials and of people', ENDED),
  pci('8.6.3', 'secrets of systems are changed periodically', 'secrets rotated', SECRETS),
  pci('10.2.1.2', 'actions with administrative access are logged', 'privileged actions', PRIVILEGED),
  pci('10.2.1.5', 'changes of credentials are logged', 'credentials issued, changed, rotated, ended', [
    ...ISSUED,
    ...CHANGED,
    ...SECRETS,
    ...ENDED,
  ]),
  hipaa('164.308(a)(3)(ii)(C)', 'access ends with employment', 'ends of credentials and of people', ENDED),
  hipaa('164.308(a)(4)(ii)(B)', 'access is authorised', 'credentials, with their scopes', ISSUED),
  hipaa('164.308(a)(6)(ii)', 'security incidents are responded to', 'keys reported, credentials revoked', [
    'SigningKeyCompromised',
    'TokenRevoked',
    'TokenSuspended',
  ]),
  hipaa('164.312(a)(2)(i)', 'each user has an identity of her own', 'the life of people', PEOPLE),
  hipaa(
    '164.312(b)',
    'activity is recorded and examined',
    'batches of request records, and privileged actions',
    ['RequestLogged', ...PRIVILEGED],
  ),
];

/** The control with this id. */
export const controlOf = (id: string): Control | undefined => controls.find((control) => control.id === id);

function controlsOf(framework: Control['framework'], prefix: string) {
  return (control: string, asks: string, shownBy: string, events: LoggedName[]): Control => ({
    id: `${prefix}-${control.toLowerCase().replaceAll(/[()]+/g, '.').replace(/\.$/, '')}`,
    framework,
    control,
    asks,
    shownBy,
    events,
  });
}
