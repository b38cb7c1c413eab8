import { type DecisionAnswer, type DecisionStep, RequestRecord } from '@gatehouse/contracts';
import { policyName } from '../limits/route-limits.js';
import { ADDRESS_STEP } from '../request/address-rules.js';
import type { Decision, RecordedDecision } from './decisions.js';

const BEFORE_POLICIES = ['request', ADDRESS_STEP, 'route', 'method', 'credential', 'token', 'binding'];
const AFTER_POLICIES = ['body', 'upstream'];

/** Which step a code belongs to, where no policy of the route says so itself. */
const STEP_OF_CODE: Readonly<Record<string, string>> = {
  'request-malformed': 'request',
  'route-not-found': 'route',
  'method-not-allowed': 'method',
  'origin-not-allowed': 'credential',
  'token-missing': 'credential',
  'token-in-query': 'credential',
  'body-too-large': 'body',
  'request-too-slow': 'body',
  'upstream-unavailable': 'upstream',
  'upstream-timeout': 'upstream',
  'response-too-large': 'upstream',
  'not-cached': 'upstream',
  'upstream-circuit-open': 'upstream',
  'operation-unknown': 'upstream',
  'token-incomplete': 'upstream',
  'answer-not-transformable': 'upstream',
  'answer-refused': 'upstream',
  'waf-unavailable': 'upstream', // of an answer: of requests the firewall says so itself
};

/** A decision as it is shown. */
export function decisionAnswer(decision: RecordedDecision, gateway: string): DecisionAnswer {
  const { holder, requirement, viewAgeMs } = decision;
  const record = RequestRecord.parse(JSON.parse(decision.line));
  const { requestId, at, outcome, status, code, method, path, route, clientAddress, traceId } = record;
  const refusedBy = code === '' ? null : decision.refusedBy || (STEP_OF_CODE[code] ?? 'token');
  return {
    gateway,
    requestId,
    at,
    outcome,
    status,
    code,
    refusedBy,
    steps: stepsOf(decision, refusedBy),
    findings: record.findings ?? [],
    input: {
      method,
      path,
      route,
      routeTenant: record.tenant,
      clientAddress,
      tokenId: record.tokenId,
      tokenTenant: holder?.tenant ?? null,
      tokenExpiresAt: instantOf(holder?.expiresAtMs),
      scopesHeld: holder?.scope?.split(' ').filter(Boolean) ?? null,
      scopesRequired: requirement ? [...requirement.scopes] : null,
      viewAgeMs: Number.isFinite(viewAgeMs) ? viewAgeMs : null,
    },
    timing: { ownMs: decision.ownMs, upstreamMs: record.upstreamMs, latencyMs: record.latencyMs },
    traceId,
  };
}

function stepsOf(decision: Decision, refusedBy: string | null): DecisionStep[] {
  const { steps, stepsBeforeIdentity, holder, wasForwarded } = decision;
  const ofIdentity = holder?.limits?.limits.map(policyName) ?? [];
  const ofRoute = steps.toSpliced(stepsBeforeIdentity, 0, ...ofIdentity);
  const names = [...BEFORE_POLICIES, ...ofRoute, ...AFTER_POLICIES];
  // Nothing refused it and it was not handed on: the client left while its token was looked up.
  const stop =
    refusedBy !== null ? names.indexOf(refusedBy) : wasForwarded ? names.length : names.indexOf('token');
  return names.map((policy, i) => ({
    policy,
    result: i < stop ? 'passed' : policy === refusedBy ? 'refused' : 'not-asked',
  }));
}

const instantOf = (ms: number | undefined): string | null =>
  ms !== undefined && Number.isFinite(ms) ? new Date(ms).toISOString() : null;
