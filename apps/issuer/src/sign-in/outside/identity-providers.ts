import type {
  AddIdentityProviderBody,
  IdentityProviderTerms,
  IdentityProviderView,
} from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata, type Project } from '@gatehouse/event-store';
import { newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import type { Seal } from '../../keys/master-key.js';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import {
  identityProviderDecider,
  identityProviderEventOf,
  identityProviderNotFound,
  type IdentityProviderCommand,
} from './identity-provider.decider.js';

/** Where every provider sends people back to. */
export const CALLBACK_PATH = '/interaction/callback';
/** As many as a tenant has: each is a button. */
export const MOST_PER_TENANT = 10;

interface Row {
  id: string;
  terms: IdentityProviderTerms;
  sealed_secret: Buffer;
  created_at: Date;
}

/** A provider as we are its client. */
export interface UsableProvider {
  id: string;
  terms: IdentityProviderTerms;
  clientSecret: string;
}

/** The OpenID Connect providers that people of a tenant may sign in at. */
@Injectable()
export class IdentityProviders {
  private readonly seal: Seal;
  private readonly redirectUri: string;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(ISSUER_CONFIG) config: IssuerConfig,
  ) {
    this.seal = config.MASTER_KEY.sealFor('identity provider secrets');
    this.redirectUri = `${issuerOf(config)}${CALLBACK_PATH}`;
  }

  async add(
    tenant: string,
    { clientSecret, ...terms }: AddIdentityProviderBody,
    metadata: EventMetadata,
  ): Promise<IdentityProviderView> {
    const id = newId('idp');
    await this.handle(tenant, { kind: 'add', id, terms }, metadata, async (manager, [added]) => {
      await manager.query(
        'insert into identity_provider (id, tenant, terms, sealed_secret, created_at) values ($1, $2, $3, $4, $5)',
        [id, tenant, terms, this.seal.close(clientSecret, id), added!.at],
      );
    });
    return this.get(tenant, id);
  }

  /** Ends the links with it; sessions that began there go on. */
  async remove(tenant: string, id: string, metadata: EventMetadata): Promise<void> {
    await this.handle(tenant, { kind: 'remove', id }, metadata, async (manager) => {
      await manager.query('delete from identity_provider where id = $1 and tenant = $2', [id, tenant]);
    });
  }

  /** @throws DomainError `not-found`, also for another tenant's. */
  async get(tenant: string, id: string): Promise<IdentityProviderView> {
    return this.viewOf(await this.row(tenant, id));
  }

  async list(tenant: string): Promise<IdentityProviderView[]> {
    const rows = await this.dataSource.query<Row[]>(
      `select ${COLUMNS} from identity_provider where tenant = $1 order by id limit $2`,
      [tenant, MOST_PER_TENANT],
    );
    return rows.map((row) => this.viewOf(row));
  }

  /** @throws DomainError `not-found`, also for another tenant's. */
  async usable(tenant: string, id: string): Promise<UsableProvider> {
    const { terms, sealed_secret: secret } = await this.row(tenant, id);
    return { id, terms, clientSecret: this.seal.open(secret, id) };
  }

  /** @param project keeps the read models true in the same transaction. */
  async handle(
    tenant: string,
    command: IdentityProviderCommand,
    metadata: EventMetadata,
    project: Project,
  ): Promise<void> {
    const handler = new CommandHandler(
      this.dataSource,
      identityProviderDecider,
      identityProviderEventOf,
      project,
    );
    const { added } = await handler.handle({ id: command.id, tenant }, command, metadata);
    if (added.length > 0) this.outgoing.wake();
  }

  private async row(tenant: string, id: string): Promise<Row> {
    const [row] = await this.dataSource.query<Row[]>(
      `select ${COLUMNS} from identity_provider where tenant = $1 and id = $2`,
      [tenant, id],
    );
    if (!row) throw identityProviderNotFound(id);
    return row;
  }

  private viewOf({ id, terms, created_at: createdAt }: Row): IdentityProviderView {
    return { id, ...terms, redirectUri: this.redirectUri, createdAt: createdAt.toISOString() };
  }
}

const COLUMNS = 'id, terms, sealed_secret, created_at';
