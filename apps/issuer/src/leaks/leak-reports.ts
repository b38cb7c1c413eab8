import { type LeakReport, TokenLeakReported } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { TraitUse } from '../token-use/trait-use.entity.js';
import { TokenUses } from '../token-use/token-uses.js';
import { TokenSummaries } from '../tokens/token-summary/token-summaries.js';

/** Served by the index `events_leak`: the events themselves are the list of leaks, so there is no read model to rebuild. */
const LEAK = `
  select data, at, metadata->>'actor' as actor from events
  where type = '${TokenLeakReported.type}' and tenant = $1 and data->>'leakId' = $2`;

interface Row {
  data: unknown;
  at: Date;
  actor: string;
}

/** Also for another tenant's, and for one of a token that the caller may not see. */
export const leakNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no leak ${id}.`);

/** What a leaked token may do and has done, as far as the issuer knows (S9). */
@Injectable()
export class LeakReports {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(TokenSummaries) private readonly summaries: TokenSummaries,
    @Inject(TokenUses) private readonly uses: TokenUses,
  ) {}

  /** @throws DomainError `not-found`, also for another tenant's leak. */
  async get(tenant: string, leakId: string): Promise<LeakReport> {
    const [row] = await this.dataSource.query<Row[]>(LEAK, [tenant, leakId]);
    if (!row) throw leakNotFound(leakId);
    const { tokenId, secretId, source, url, action } = TokenLeakReported.data.parse(row.data);
    const [token, secrets, scopes, countries] = await Promise.all([
      this.summaries.get(tenant, tokenId),
      this.uses.ofSecrets([tokenId]),
      this.uses.ofTraits(tokenId, 'scope'),
      this.uses.ofTraits(tokenId, 'country'),
    ]);
    return {
      id: leakId,
      tokenId,
      secretId,
      source,
      url,
      action,
      reportedAt: row.at.toISOString(),
      reportedBy: row.actor,
      token,
      lastUses: (secrets.get(tokenId) ?? []).map((use) => ({
        secretId: use.secretId,
        at: use.usedAt.toISOString(),
        ip: use.ip,
        country: use.country,
      })),
      scopesUsed: scopes.map(traitOf),
      countries: countries.map(traitOf),
      links: linksOf(tokenId, row.at),
    };
  }
}

const traitOf = ({ value, firstUsedAt, lastUsedAt }: TraitUse) => ({
  value,
  firstUsedAt: firstUsedAt.toISOString(),
  lastUsedAt: lastUsedAt.toISOString(),
});

const THIRTY_DAYS_MS = 2_592_000_000;

function linksOf(tokenId: string, reportedAt: Date): LeakReport['links'] {
  const from = new Date(reportedAt.getTime() - THIRTY_DAYS_MS).toISOString();
  const query = new URLSearchParams({ token: tokenId, from, groupBy: 'route,outcome,country' });
  return { events: `/v1/tokens/${tokenId}/events`, usage: `/v1/usage?${query.toString()}` };
}
