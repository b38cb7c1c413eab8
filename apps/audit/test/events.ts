import type { RequestLogged, TokenIssued, TokenRevoked } from '@gatehouse/contracts';
import { newEventId } from '@gatehouse/kernel';

export type IssuerEvent = (TokenIssued | TokenRevoked) & { position: string; preceding: string };

export const tokenIdOf = (n: number): string => `tok_${n.toString(16).padStart(32, '0')}`;

/** Odd ones issue a token, even ones revoke it. */
export function eventOf(sequence: number, preceding: string): IssuerEvent {
  const tokenId = tokenIdOf(Math.ceil(sequence / 2));
  const envelope = {
    specversion: '1.0',
    id: newEventId(),
    source: 'issuer',
    subject: tokenId,
    time: new Date(1_700_000_000_000 + sequence).toISOString(),
    datacontenttype: 'application/json',
    tenant: 'default',
    actor: 'token:tok_admin',
    position: `${700 + Math.floor(sequence / 3)}.${sequence}`,
    preceding,
  } as const;
  if (sequence % 2 === 0)
    return { ...envelope, type: 'token.revoked.v1', data: { tokenId, reason: 'Ende – “fin” \u{1F511}' } };
  const secret = { id: `sec_${sequence}`, hash: 'h'.repeat(43), pepperVersion: 1, last4: 'abcd' };
  const data = {
    tokenId,
    name: 'ci',
    scopes: ['demo:read'],
    expiresAt: null,
    ipAllow: [],
    metadata: {},
    secret,
  };
  return { ...envelope, type: 'token.issued.v1', data };
}

/** One part of a gateway's batch of two records. */
export function requestBatch(batch: number, change: Partial<RequestLogged> = {}): RequestLogged {
  const [from, to] = [batch * 2 - 1, batch * 2];
  return {
    specversion: '1.0',
    id: `gw_a-${batch}-1`,
    source: 'gateway',
    subject: 'gw_a',
    time: '2025-01-02T03:04:05.678Z',
    datacontenttype: 'application/json',
    tenant: 'default',
    actor: 'system:gateway',
    type: 'request.logged.v1',
    data: {
      gateway: 'gw_a',
      batch,
      part: 1,
      parts: 1,
      from,
      to,
      oldest: 1,
      records: [recordOf(from), recordOf(to)],
    },
    ...change,
  };
}

function recordOf(seq: number) {
  return {
    seq,
    at: '2025-01-02T03:04:05.600Z',
    requestId: `req_${seq}`,
    tenant: 'default',
    route: 'demo',
    tokenId: tokenIdOf(1),
    method: 'GET',
    path: '/demo/café',
    status: 200,
    outcome: 'served' as const,
    code: '',
    clientAddress: '192.0.2.7',
    country: '',
    userAgent: 'curl/8',
    referrer: '',
    requestBytes: 0,
    responseBytes: 12,
    latencyMs: 1.25,
    upstreamMs: 1e-7,
    traceId: '',
  };
}
