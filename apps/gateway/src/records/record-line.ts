import { withoutSecrets } from '../request/request-target.js';
import { TENANT_START } from './batch-events.js';
import type { EndedExchange } from './ended-exchange.js';
import type { Origin } from './origins/origins.js';

/** Whose a request is that no route claims: the operator's. */
export const NO_ROUTE_TENANT = 'default';
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** What the record takes from elsewhere than the exchange. */
export interface RecordContext {
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly origin: Origin;
  /** `performance.now()` when the last byte was handed on. */
  readonly endedAt: number;
}

/**
 * A finished exchange as one RequestRecord in JSON, tenant first (see {@link TENANT_START}). Written by hand, because
 * `JSON.stringify` of twenty fields was a tenth of the cost of a request.
 */
export function recordLine(exchange: EndedExchange, { seq, at, origin, endedAt }: RecordContext): string {
  const { head, route } = exchange;
  const latencyMs = rounded(Math.max(0, endedAt - exchange.startedAt));
  return (
    `${TENANT_START}${route?.tenant ?? NO_ROUTE_TENANT}","seq":${seq},"at":"${at}"` +
    `,"requestId":"${exchange.requestId}","route":"${route?.id ?? ''}"` +
    `,"tokenId":${quoted(exchange.holder?.tokenId ?? '')}${optionalFields(exchange)}` +
    `,"method":${quoted(cut(exchange.method, 32))}` +
    `,"path":${quoted(cut(withoutSecrets(exchange.target), 1024))}` +
    `,"status":${exchange.status},"outcome":"${exchange.outcome}","code":"${exchange.code}"` +
    `,"clientAddress":${quoted(cut(exchange.clientAddress, 64))},"country":"${origin.country}"` +
    (origin.asn === 0 ? '' : `,"asn":${origin.asn}`) +
    `,"userAgent":${quoted(cut(head.userAgent, 256))}` +
    `,"referrer":${quoted(cut(withoutSecrets(head.referrer), 512))}` +
    `,"requestBytes":${exchange.requestBytes},"responseBytes":${exchange.responseBytes}` +
    `,"latencyMs":${latencyMs},"upstreamMs":${rounded(exchange.upstreamMs)}` +
    `,"traceId":"${exchange.trace.traceId}"${outcomes(exchange)}}`
  );
}

function optionalFields({ holder, requirement, findings }: EndedExchange): string {
  const scopes = requirement && requirement.scopes.length > 0 ? `,"scopes":${requirement.scopesJson}` : '';
  const found = findings.length > 0 ? `,"findings":${JSON.stringify(findings)}` : '';
  if (!holder) return scopes + found;
  const { secretId, applicationId, userId, identityId, plan } = holder;
  return (
    field('secretId', secretId) +
    field('applicationId', applicationId) +
    field('userId', userId) +
    field('identityId', identityId) +
    field('plan', plan) +
    scopes +
    found
  );
}

/** What cache and limits made of it, and what it cost. */
const outcomes = ({ cache, limit, waitedMs, credits }: EndedExchange): string =>
  field('cache', cache) +
  field('limit', cut(limit, 128)) +
  (waitedMs > 0 ? `,"waitedMs":${rounded(waitedMs)}` : '') +
  (credits > 0 ? `,"credits":${credits}` : '');

const field = (name: string, text: string | undefined): string => (text ? `,"${name}":${quoted(text)}` : '');

const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/** Header text is Latin-1, so no surrogate pair is ever cut in two. */
const cut = (text: string, length: number): string => (text.length > length ? text.slice(0, length) : text);

/** To the microsecond. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
