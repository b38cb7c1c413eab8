import { randomBytes } from 'node:crypto';
import { PersonalData } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { Seal } from '../../keys/master-key.js';

const KEY_BYTES = 32;

/** What the person's key is kept as, and with. */
interface KeyRow {
  subject_id: string;
  sealed_key: Buffer;
}

/** A sealed value and whose it is. */
export interface SealedFields {
  userId: string;
  personal: string;
}

/**
 * Personal fields, sealed under a key of the person's own, which lies sealed under the master key. Events, read models
 * and the audit log hold the sealed fields alone: without the person's key nobody can read any copy of them.
 */
@Injectable()
export class PersonalFields {
  private readonly seal: Seal;
  private readonly hash: (value: string) => string;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ISSUER_CONFIG) { MASTER_KEY }: IssuerConfig,
  ) {
    this.seal = MASTER_KEY.sealFor('personal keys');
    this.hash = MASTER_KEY.hashFor('user logins');
  }

  /** Under which a person is found by what she signs in with, without its being kept. */
  loginHash(tenant: string, login: string): string {
    return this.hash(`${tenant} ${login.trim().toLowerCase()}`);
  }

  /** Makes and keeps the person's key, in the transaction that creates her. */
  async keepKey(manager: EntityManager, tenant: string, userId: string, key: Buffer): Promise<void> {
    await manager.query('insert into personal_key (subject_id, tenant, sealed_key) values ($1, $2, $3)', [
      userId,
      tenant,
      this.seal.close(key.toString('base64url'), userId),
    ]);
  }

  /** Without the key nothing sealed under it can be read again, wherever it lies. */
  async shred(manager: EntityManager, userId: string): Promise<void> {
    await manager.query('delete from personal_key where subject_id = $1', [userId]);
  }

  /** Seals anew under the key the person has. @returns `undefined` when she has none. */
  async close(tenant: string, userId: string, fields: PersonalData): Promise<string | undefined> {
    const key = (await this.keysOf(this.dataSource.manager, tenant, [userId])).get(userId);
    return key && closeWith(key, userId, fields);
  }

  /** @returns `undefined` for who was erased, and for somebody of another tenant. */
  async open(
    manager: EntityManager,
    tenant: string,
    userId: string,
    personal: string,
  ): Promise<PersonalData | undefined> {
    const key = (await this.keysOf(manager, tenant, [userId])).get(userId);
    return key && openWith(key, userId, personal);
  }

  /** As {@link open}, for many at once; also `undefined` for a value that is not this person's. */
  async openMany(tenant: string, sealed: readonly SealedFields[]): Promise<(PersonalData | undefined)[]> {
    const ids = [...new Set(sealed.map(({ userId }) => userId))];
    const keys = await this.keysOf(this.dataSource.manager, tenant, ids);
    return sealed.map(({ userId, personal }) => {
      const key = keys.get(userId);
      return key && openWith(key, userId, personal);
    });
  }

  private async keysOf(
    manager: EntityManager,
    tenant: string,
    userIds: readonly string[],
  ): Promise<Map<string, Buffer>> {
    const rows = await manager.query<KeyRow[]>(
      'select subject_id, sealed_key from personal_key where tenant = $1 and subject_id = any($2)',
      [tenant, userIds],
    );
    return new Map(
      rows.map(({ subject_id: id, sealed_key: box }) => [
        id,
        Buffer.from(this.seal.open(box, id), 'base64url'),
      ]),
    );
  }
}

/** A key for one person. */
export const newPersonalKey = (): Buffer => randomBytes(KEY_BYTES);

/** Seals fields under a person's key; bound to her id. */
export const closeWith = (key: Buffer, userId: string, fields: PersonalData): string =>
  new Seal(key).close(JSON.stringify(fields), userId).toString('base64url');

function openWith(key: Buffer, userId: string, personal: string): PersonalData | undefined {
  try {
    const text = new Seal(key).open(Buffer.from(personal, 'base64url'), userId);
    return PersonalData.parse(JSON.parse(text));
  } catch {
    return undefined; // sealed for somebody else, or changed
  }
}
