import { RequestLogged, RequestRecord } from '@gatehouse/contracts';
import { z } from 'zod';
import type { Use } from './use-tally.js';

const Part = z.object({
  type: z.literal(RequestLogged.type),
  data: z.object({ records: z.array(z.unknown()) }),
});

const Used = RequestRecord.pick({
  tenant: true,
  tokenId: true,
  secretId: true,
  scopes: true,
  at: true,
  outcome: true,
  clientAddress: true,
  country: true,
});

/** The records of a RequestLogged event; `undefined`: it is no such event. */
export function recordsIn(json: unknown): readonly unknown[] | undefined {
  return Part.safeParse(json).data?.data.records;
}

/**
 * The requests that tokens were let through with. What was refused is no use of a token: a revoked one that somebody keeps
 * trying stays unused. A record that cannot be read is left out here; analytics counts it.
 */
export function usesIn(records: readonly unknown[]): Use[] {
  const uses: Use[] = [];
  for (const record of records) {
    const { success, data } = Used.safeParse(record);
    if (!success || data.tokenId === '' || data.outcome === 'refused') continue;
    const { tokenId, tenant, secretId = '', at, clientAddress: ip, country, scopes = [] } = data;
    uses.push({ tokenId, tenant, secretId, at, ip, country, scopes });
  }
  return uses;
}
