import { createHmac } from 'node:crypto';
import type { AddImportKeyBody, ImportKeyView } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata, JoiningDataSource, type Project } from '@gatehouse/event-store';
import { newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import type { Seal } from '../../keys/master-key.js';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import { type ImportKeyCommand, importKeyDecider, importKeyEventOf } from './import-key.decider.js';
import { importKeyInUse, importKeyNotFound, tooManyImportKeys } from './import-key.errors.js';
import { projectImportKeys } from './import-key.projection.js';

/** Each is tried on every key that is presented. */
export const MOST_PER_TENANT = 8;

interface Row {
  id: string;
  name: string;
  created_at: Date;
  created_by: string;
}

const WORKING_SECRETS = `
  select count(*)::int as left from token_secret s join token_summary t on t.id = s.token_id
  where s.import_key_id = $1 and s.retired_at is null and (s.retires_at is null or s.retires_at > now())
    and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())`;

/** Keys under which other systems hashed theirs with HMAC-SHA-256. Their bytes are kept sealed, and outside every event. */
@Injectable()
export class ImportKeys {
  private readonly seal: Seal;

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(ISSUER_CONFIG) config: IssuerConfig,
  ) {
    this.seal = config.MASTER_KEY.sealFor('import keys');
  }

  /** @throws DomainError `conflict` when the tenant has as many as it may. */
  async add(
    tenant: string,
    { name, key }: AddImportKeyBody,
    metadata: EventMetadata,
  ): Promise<ImportKeyView> {
    const importKeyId = newId('imk');
    const sealed = this.seal.close(key, importKeyId);
    await this.dataSource.asOne(async () => {
      await this.refuseTooMany(tenant);
      await this.handle(tenant, { kind: 'add', importKeyId, name }, metadata, projectImportKeys(sealed));
    });
    return this.get(tenant, importKeyId);
  }

  /** @throws DomainError `import-key-in-use` while a secret that works is found with it alone. */
  async remove(tenant: string, importKeyId: string, metadata: EventMetadata): Promise<void> {
    await this.handle(tenant, { kind: 'remove', importKeyId }, metadata, async (manager, events) => {
      // Whoever imports under it holds it until he has committed: what he imported is counted.
      await manager.query('select from import_key where id = $1 for update', [importKeyId]);
      const [{ left } = { left: 0 }] = await manager.query<{ left: number }[]>(WORKING_SECRETS, [
        importKeyId,
      ]);
      if (left > 0) throw importKeyInUse(left);
      await projectImportKeys()(manager, events);
    });
  }

  /** @throws DomainError `not-found`, also for another tenant's. */
  async get(tenant: string, id: string): Promise<ImportKeyView> {
    const found = (await this.list(tenant)).find((key) => key.id === id);
    if (!found) throw importKeyNotFound(id);
    return found;
  }

  async list(tenant: string): Promise<ImportKeyView[]> {
    const rows = await this.dataSource.query<Row[]>(
      'select id, name, created_at, created_by from import_key where tenant = $1 order by id',
      [tenant],
    );
    return rows.map(({ id, name, created_at: createdAt, created_by: createdBy }) => ({
      id,
      name,
      createdAt: createdAt.toISOString(),
      createdBy,
    }));
  }

  /** Runs what imports under these keys, so that none of them is removed meanwhile. */
  async holding<Result>(
    tenant: string,
    ids: readonly string[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    if (ids.length === 0) return work();
    return this.dataSource.asOne(async () => {
      const rows = await this.dataSource.query<{ id: string }[]>(
        'select id from import_key where tenant = $1 and id = any($2) order by id for key share',
        [tenant, ids],
      );
      const missing = ids.find((id) => !rows.some((row) => row.id === id));
      if (missing !== undefined) throw importKeyNotFound(missing);
      return work();
    });
  }

  /** What a key that somebody presents may have been imported as, under each of a tenant's import keys. */
  async imprints(tenant: string, presented: string): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string; sealed_key: Buffer }[]>(
      'select id, sealed_key from import_key where tenant = $1 and sealed_key is not null order by id limit $2',
      [tenant, MOST_PER_TENANT],
    );
    return rows.map(({ id, sealed_key: sealed }) => {
      const key = Buffer.from(this.seal.open(sealed, id), 'base64url');
      return imprintOf(id, createHmac('sha256', key).update(presented).digest('base64url'));
    });
  }

  /** One after the other: a key past the bound would be tried on nothing. */
  private async refuseTooMany(tenant: string): Promise<void> {
    await this.dataSource.query('select pg_advisory_xact_lock(hashtextextended($1, 5))', [
      `import-keys:${tenant}`,
    ]);
    if ((await this.list(tenant)).length >= MOST_PER_TENANT) throw tooManyImportKeys(MOST_PER_TENANT);
  }

  private async handle(
    tenant: string,
    command: ImportKeyCommand,
    metadata: EventMetadata,
    project: Project,
  ): Promise<void> {
    const handler = new CommandHandler(this.dataSource, importKeyDecider, importKeyEventOf, project);
    const { added } = await handler.handle({ id: command.importKeyId, tenant }, command, metadata);
    if (added.length > 0) this.outgoing.wake();
  }
}

/** Takes the place of a digest. With the key's id in it, it can be mistaken for no digest, and for no other key's. */
export const imprintOf = (importKeyId: string, hmac: string): string => `${importKeyId}.${hmac}`;
