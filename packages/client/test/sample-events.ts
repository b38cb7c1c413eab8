import { randomUUID } from 'node:crypto';
import type { GatehouseEvent } from '@gatehouse/contracts';

const TOKEN_ID = `tok_${'0'.repeat(32)}`;

const envelope = (sequence: number, tenant: string) => ({
  specversion: '1.0' as const,
  id: randomUUID(),
  source: 'issuer',
  subject: TOKEN_ID,
  time: '2026-01-01T00:00:00.000Z',
  datacontenttype: 'application/json' as const,
  tenant,
  actor: 'system:test',
  position: `7.${sequence}`,
});

/** A TokenRevoked event at position `7.<sequence>`. */
export const revoked = (sequence: number, tenant = 'default'): GatehouseEvent => ({
  ...envelope(sequence, tenant),
  type: 'token.revoked.v1',
  data: { tokenId: TOKEN_ID, reason: `test ${sequence}` },
});

/** A TokenIssued event at position `7.<sequence>`. */
export const issued = (sequence: number, tenant = 'default'): GatehouseEvent => ({
  ...envelope(sequence, tenant),
  type: 'token.issued.v1',
  data: {
    tokenId: TOKEN_ID,
    name: `test ${sequence}`,
    scopes: ['demo:read'],
    expiresAt: null,
    ipAllow: [],
    metadata: {},
    secret: { id: 's', hash: 'h', pepperVersion: 1, last4: 'abcd' },
  },
});
