import type { TrustedIssuerTerms, TrustedIssuerView } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import { AccessTokens } from '../access-tokens/access-tokens.js';
import {
  type TrustedIssuer,
  type TrustedIssuerCommand,
  trustedIssuerDecider,
  type TrustedIssuerEvent,
  trustedIssuerEventOf,
  trustedIssuerNotFound,
} from './trusted-issuer.decider.js';
import { projectTrustedIssuers } from './trusted-issuer.projection.js';
import { isWithinReach, type Reach, reachParameter } from '../../teams/reach.js';

/** One assertion is compared with no more than these. */
export const MOST_PER_APPLICATION = 50;

interface Row {
  id: string;
  terms: TrustedIssuerTerms;
  created_at: Date;
  created_by: string;
}

/** The outside issuers a tenant trusts. */
@Injectable()
export class TrustedIssuers {
  private readonly handler: CommandHandler<TrustedIssuerCommand, TrustedIssuerEvent, TrustedIssuer>;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
  ) {
    this.handler = new CommandHandler(
      dataSource,
      trustedIssuerDecider,
      trustedIssuerEventOf,
      projectTrustedIssuers,
    );
  }

  async trust(tenant: string, id: string, terms: TrustedIssuerTerms, metadata: EventMetadata): Promise<void> {
    await this.handle(tenant, { kind: 'trust', trustedIssuerId: id, terms }, metadata);
  }

  /** First the trust, so that nothing more is issued by it; then each token it gave. */
  async distrust(tenant: string, id: string, reason: string, metadata: EventMetadata): Promise<void> {
    await this.handle(tenant, { kind: 'distrust', trustedIssuerId: id, reason }, metadata);
    await this.tokens.revokeOfTrustedIssuer(id, 'its issuer is trusted no more', metadata);
  }

  /** @throws DomainError `not-found`, also for another tenant's. */
  async get(tenant: string, id: string): Promise<TrustedIssuerView> {
    const [row] = await this.dataSource.query<Row[]>(
      'select id, terms, created_at, created_by from trusted_issuer where tenant = $1 and id = $2',
      [tenant, id],
    );
    if (!row) throw trustedIssuerNotFound(id);
    return viewOf(row);
  }

  /** One page, oldest first; `cursor` is the last id of the page before. */
  async list(
    tenant: string,
    reach: Reach,
    { cursor = '', limit }: { cursor?: string; limit: number },
  ): Promise<{ items: TrustedIssuerView[]; nextCursor: string | null }> {
    const rows = await this.dataSource.query<Row[]>(
      `select id, terms, created_at, created_by from trusted_issuer
       where tenant = $1 and id > $2 and ${isWithinReach('trusted_issuer.id', '$3')} order by id limit $4`,
      [tenant, cursor, reachParameter(reach), limit + 1],
    );
    const page = rows.slice(0, limit);
    return { items: page.map(viewOf), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }

  /** Those whose word counts for an application. */
  async ofApplication(
    applicationId: string,
    issuer?: string,
  ): Promise<{ id: string; terms: TrustedIssuerTerms }[]> {
    return this.dataSource.query(
      `select id, terms from trusted_issuer
       where application_id = $1 and ($2::text is null or issuer = $2) order by id limit $3`,
      [applicationId, issuer ?? null, MOST_PER_APPLICATION],
    );
  }

  private async handle(
    tenant: string,
    command: TrustedIssuerCommand,
    metadata: EventMetadata,
  ): Promise<void> {
    const { added } = await this.handler.handle({ id: command.trustedIssuerId, tenant }, command, metadata);
    if (added.length > 0) this.outgoing.wake();
  }
}

const viewOf = ({ id, terms, created_at: createdAt, created_by: createdBy }: Row): TrustedIssuerView => ({
  id,
  ...terms,
  createdAt: createdAt.toISOString(),
  createdBy,
});
