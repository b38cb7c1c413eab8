import type { FactorKind, FactorRemoved, FactorView } from '@gatehouse/contracts';
import type { EventMetadata } from '@gatehouse/event-store';
import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SignInJournal } from '../sign-in-journal.js';

interface Row {
  id: string;
  kind: FactorKind;
  name: string | null;
  remaining: number | null;
  created_at: Date;
  last_used_at: Date | null;
}

const TABLES: Record<FactorKind, string> = {
  totp: 'totp_factor',
  'recovery-codes': 'recovery_code_set',
  passkey: 'passkey',
};

/** What a person can show beside a password. */
export interface SecondFactors {
  totp: boolean;
  recoveryCodes: boolean;
  passkey: boolean;
}

/** All a person has enrolled, of whatever kind. */
@Injectable()
export class Factors {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SignInJournal) private readonly journal: SignInJournal,
  ) {}

  async list(tenant: string, userId: string): Promise<FactorView[]> {
    const rows = await this.dataSource.query<Row[]>(LIST, [userId, tenant]);
    return rows.map(({ id, kind, name, remaining, created_at, last_used_at }) => ({
      id,
      kind,
      name,
      remaining,
      enrolledAt: created_at.toISOString(),
      lastUsedAt: last_used_at?.toISOString() ?? null,
    }));
  }

  /** @returns `undefined` when a password alone is all there is. Recovery codes stand in for a factor, and are none. */
  async secondOf(tenant: string, userId: string): Promise<SecondFactors | undefined> {
    const kinds = new Set((await this.list(tenant, userId)).map(({ kind }) => kind));
    const totp = kinds.has('totp');
    const passkey = kinds.has('passkey');
    return totp || passkey ? { totp, passkey, recoveryCodes: kinds.has('recovery-codes') } : undefined;
  }

  /** @throws DomainError `not-found`, also for somebody else's. */
  async remove(
    tenant: string,
    userId: string,
    factorId: string,
    reason: FactorRemoved['data']['reason'],
    metadata: EventMetadata,
  ): Promise<void> {
    const kind = (await this.list(tenant, userId)).find(({ id }) => id === factorId)?.kind;
    if (!kind) throw new DomainError('not-found', 'not-found', 'There is no such factor.');
    await this.journal.together(async (manager) => {
      const [gone] = await manager.query<[unknown[], number]>(
        `delete from ${TABLES[kind]} where id = $1 and user_id = $2 and tenant = $3 returning id`,
        [factorId, userId, tenant],
      );
      if (gone.length > 0)
        await this.journal.removed(manager, tenant, { factorId, userId, kind, reason }, metadata);
    });
  }
}

const LIST = `
  select id, 'totp' as kind, null as name, null::int as remaining, created_at, last_used_at
    from totp_factor where user_id = $1 and tenant = $2 and confirmed_at is not null
  union all
  select id, 'passkey', name, null, created_at, last_used_at from passkey where user_id = $1 and tenant = $2
  union all
  select s.id, 'recovery-codes', null, count(*) filter (where c.used_at is null)::int, s.created_at, max(c.used_at)
    from recovery_code_set s join recovery_code c on c.set_id = s.id
    where s.user_id = $1 and s.tenant = $2 group by s.id
  order by created_at, id`;
