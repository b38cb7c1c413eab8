import { randomBytes } from 'node:crypto';
import type { EventMetadata } from '@gatehouse/event-store';
import { newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { IssuerConfig } from '../../../issuer.config.js';
import { ISSUER_CONFIG } from '../../../issuer.tokens.js';
import { SignInJournal } from '../../sign-in-journal.js';

const HOW_MANY = 10;
const CODE_BYTES = 10;
/** Crockford's base 32: nothing in it is mistaken for something else. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** For the day the phone is lost: ten codes, shown once and each good once. Only keyed hashes are kept. */
@Injectable()
export class RecoveryCodes {
  private readonly hash: (value: string) => string;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SignInJournal) private readonly journal: SignInJournal,
    @Inject(ISSUER_CONFIG) { MASTER_KEY }: IssuerConfig,
  ) {
    this.hash = MASTER_KEY.hashFor('recovery codes');
  }

  /** Makes a new set; the one before is good no more. */
  async renew(tenant: string, userId: string, metadata: EventMetadata): Promise<string[]> {
    const codes = Array.from({ length: HOW_MANY }, newCode);
    const factorId = newId('fac');
    await this.journal.together(async (manager) => {
      const [old] = await manager.query<[{ id: string }[], number]>(
        'delete from recovery_code_set where user_id = $1 returning id',
        [userId],
      );
      const about = { userId, kind: 'recovery-codes' } as const;
      for (const { id } of old)
        await this.journal.removed(manager, tenant, { factorId: id, ...about, reason: 'replaced' }, metadata);
      await manager.query('insert into recovery_code_set (id, user_id, tenant) values ($1, $2, $3)', [
        factorId,
        userId,
        tenant,
      ]);
      await manager.query('insert into recovery_code (set_id, hash) select $1, unnest($2::text[])', [
        factorId,
        codes.map((code) => this.hashOf(factorId, code)),
      ]);
      await this.journal.enrolled(manager, tenant, { factorId, ...about }, metadata);
    });
    return codes;
  }

  /** Uses up a code. Of the same code shown many times at once, one is accepted. */
  async redeem(userId: string, code: string): Promise<'accepted' | 'wrong'> {
    const [set] = await this.dataSource.query<{ id: string }[]>(
      'select id from recovery_code_set where user_id = $1',
      [userId],
    );
    if (!set) return 'wrong';
    const [used] = await this.dataSource.query<[unknown[], number]>(
      'update recovery_code set used_at = now() where set_id = $1 and hash = $2 and used_at is null returning set_id',
      [set.id, this.hashOf(set.id, code)],
    );
    return used.length > 0 ? 'accepted' : 'wrong';
  }

  private hashOf(setId: string, code: string): string {
    return this.hash(`${setId} ${plain(code)}`);
  }
}

/** 80 bits as `xxxx-xxxx-xxxx-xxxx`. */
function newCode(): string {
  let bits = BigInt(`0x${randomBytes(CODE_BYTES).toString('hex')}`);
  const digits = Array.from({ length: (CODE_BYTES * 8) / 5 }, () => {
    const digit = ALPHABET[Number(bits % 32n)]!;
    bits /= 32n;
    return digit;
  });
  return digits.join('').replace(/(.{4})(?=.)/g, '$1-');
}

/** As people type it. */
const plain = (code: string): string =>
  code.toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1');
