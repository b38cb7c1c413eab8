import type { RoleNeed } from '@gatehouse/contracts';
import { botPolicies } from '../bots/user-agents.js';
import { payloadPolicies } from '../payload/target-rules.js';
import type { Policy } from '../request/admission.js';
import { IpList } from '../request/ip-list.js';
import { refusal } from '../request/refusal.js';
import { refusals } from '../request/refusals.js';
import type { TokenChanges } from '../tokens/token-changes.js';
import type { RouteSpec } from './route-spec.js';

type Check = Policy['check'];

/** The rules of one route in the order they are asked. A rule that cannot refuse is left out. */
export function policiesOf(spec: RouteSpec, changes: Pick<TokenChanges, 'kindOf'>): readonly Policy[] {
  const policies: Policy[] = [
    { name: 'revocation', check: notRevoked(changes) },
    { name: 'expiry', check: notExpired },
    { name: 'tenant', check: ofTenant(spec.tenant) },
  ];
  if (spec.audience !== undefined) policies.push({ name: 'audience', check: meantFor(spec.audience) });
  if (spec.ipDeny) policies.push({ name: 'route-ip-deny', check: notFrom(new IpList(spec.ipDeny)) });
  if (spec.ipAllow) policies.push({ name: 'route-ip-allow', check: from(new IpList(spec.ipAllow)) });
  policies.push({ name: 'token-ip-deny', check: notDenied }, { name: 'token-ip-allow', check: allowed });
  policies.push({ name: 'scope', check: scope });
  if (spec.roles) policies.push({ name: 'role', check: inRole(spec.roles) });
  policies.push(...botPolicies(spec.bots), ...payloadPolicies(spec.payload));
  return policies;
}

const notRevoked =
  (changes: Pick<TokenChanges, 'kindOf'>): Check =>
  ({ credential }) => {
    const { keyId, tenant, tokenId } = credential;
    if (keyId !== undefined && changes.kindOf(keyId) !== undefined) return refusals.keyDistrusted;
    if (changes.kindOf(tenant) === 'suspended') return refusals.tokenSuspended;
    const change = changes.kindOf(tokenId);
    if (change === undefined || change === 'changed') return undefined;
    if (change === 'revoked') return refusals.tokenRevoked;
    // An opaque token was looked up since; a JWT cannot know.
    return credential.issuers ? refusals.tokenSuspended : undefined;
  };

const notExpired: Check = ({ credential, nowMs }) =>
  credential.expiresAtMs <= nowMs ? refusals.tokenExpired : undefined;

const ofTenant =
  (tenant: string): Check =>
  ({ credential }) =>
    credential.tenant === tenant ? undefined : refusals.tokenForeign;

const meantFor =
  (audience: string): Check =>
  ({ credential }) =>
    credential.audiences?.includes(audience) === false ? refusals.tokenForeign : undefined;

const notFrom =
  (denied: IpList): Check =>
  ({ clientAddress }) =>
    denied.has(clientAddress) ? refusals.addressRefused : undefined;

const from =
  (allowed: IpList): Check =>
  ({ clientAddress }) =>
    allowed.has(clientAddress) ? undefined : refusals.addressRefused;

const notDenied: Check = ({ credential, clientAddress }) =>
  credential.ipDeny?.has(clientAddress) ? refusals.addressRefused : undefined;

const allowed: Check = ({ credential, clientAddress }) =>
  credential.ipAllow && !credential.ipAllow.has(clientAddress) ? refusals.addressRefused : undefined;

const scope: Check = ({ credential, requirement, path }) =>
  requirement.isMetBy(credential.scopes, path) ? undefined : requirement.refusal;

function inRole(need: RoleNeed): Check {
  const roles = Array.isArray(need) ? need : need.any;
  const refused = refusal(
    'role-missing',
    `This needs the role ${roles.join(Array.isArray(need) ? ' and ' : ' or ')}.`,
  );
  return Array.isArray(need)
    ? ({ credential }) => (roles.every((role) => credential.roles.has(role)) ? undefined : refused)
    : ({ credential }) => (roles.some((role) => credential.roles.has(role)) ? undefined : refused);
}
