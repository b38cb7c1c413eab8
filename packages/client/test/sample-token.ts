import type { TokenView } from '@gatehouse/contracts';

/** A token as the issuer shows it. */
export const sampleToken: TokenView = {
  id: `tok_${'a'.repeat(32)}`,
  tenant: 'default',
  name: 'ci',
  status: 'active',
  scopes: ['demo:read'],
  ipAllow: [],
  ipDeny: [],
  metadata: {},
  last4: 'wxyz',
  secrets: [
    { id: 's1', last4: 'wxyz', addedAt: '2026-01-01T00:00:00.000Z', retiresAt: null, lastUsed: null },
  ],
  lastUsed: null,
  applicationId: null,
  userId: null,
  serviceAccountId: null,
  identityId: null,
  plan: null,
  protected: false,
  rotation: null,
  credits: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: 'system:test',
  expiresAt: null,
  revokedAt: null,
  revokedReason: null,
  suspendedReason: null,
};
