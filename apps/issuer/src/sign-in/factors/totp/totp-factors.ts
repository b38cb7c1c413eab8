import type { EventMetadata } from '@gatehouse/event-store';
import { DomainError, newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { Secret, TOTP } from 'otpauth';
import { DataSource } from 'typeorm';
import type { IssuerConfig } from '../../../issuer.config.js';
import { ISSUER_CONFIG } from '../../../issuer.tokens.js';
import type { Seal } from '../../../keys/master-key.js';
import { SignInJournal } from '../../sign-in-journal.js';

const PERIOD_SECONDS = 30;
/** Steps a clock may be off, either way (RFC 6238 §5.2). */
const SKEW_STEPS = 1;
/** RFC 4226 §4: 160 bits are recommended. */
const SECRET_BYTES = 20;

interface Row {
  id: string;
  sealed_secret: Buffer;
}

/** What an authenticator app is given. */
export interface NewTotp {
  /** Key URI, as apps read it from a QR code. */
  uri: string;
  /** The secret in base32, for whoever cannot scan. */
  secret: string;
}

/** What came of a code. `used`: it was good once. */
export type CodeOutcome = 'accepted' | 'wrong' | 'used';

/** Authenticator apps (RFC 6238): one a person. The secret is kept sealed, and a code lets in once. */
@Injectable()
export class TotpFactors {
  private readonly seal: Seal;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SignInJournal) private readonly journal: SignInJournal,
    @Inject(ISSUER_CONFIG) { MASTER_KEY }: IssuerConfig,
  ) {
    this.seal = MASTER_KEY.sealFor('totp secrets');
  }

  /**
   * Begins an enrolment; one begun before is given up.
   * @param label what the app shows beside the code.
   * @throws DomainError `conflict` when one is enrolled already.
   */
  async begin(tenant: string, userId: string, label: string): Promise<NewTotp> {
    const secret = new Secret({ size: SECRET_BYTES });
    const rows = await this.dataSource.query<unknown[]>(
      `insert into totp_factor (id, user_id, tenant, sealed_secret) values ($1, $2, $3, $4)
       on conflict (user_id) do update set id = excluded.id, sealed_secret = excluded.sealed_secret
       where totp_factor.confirmed_at is null returning id`,
      [newId('fac'), userId, tenant, this.seal.close(secret.base32, userId)],
    );
    if (rows.length === 0)
      throw new DomainError(
        'conflict',
        'conflict',
        'An authenticator app is set up already. Remove it first.',
      );
    return { uri: totpOf(secret.base32, label).toString(), secret: secret.base32 };
  }

  /** The enrolment that has begun, to be shown again. */
  async pending(userId: string, label: string): Promise<NewTotp | undefined> {
    const row = await this.rowOf(userId, 'confirmed_at is null');
    if (!row) return undefined;
    const secret = this.seal.open(row.sealed_secret, userId);
    return { uri: totpOf(secret, label).toString(), secret };
  }

  /** Ends an enrolment: the app shows the right codes. @returns false when it does not. */
  async confirm(tenant: string, userId: string, code: string, metadata: EventMetadata): Promise<boolean> {
    const row = await this.rowOf(userId, 'confirmed_at is null');
    const step = row && this.stepOf(row, userId, code);
    if (!row || step === undefined) return false;
    return this.journal.together(async (manager) => {
      const [confirmed] = await manager.query<[unknown[], number]>(
        `update totp_factor set confirmed_at = now(), last_step = $2
         where id = $1 and confirmed_at is null returning id`,
        [row.id, step],
      );
      if (confirmed.length === 0) return false;
      await this.journal.enrolled(manager, tenant, { factorId: row.id, userId, kind: 'totp' }, metadata);
      return true;
    });
  }

  /** Checks a code. Of the same code shown many times at once, one is accepted. */
  async verify(userId: string, code: string): Promise<CodeOutcome> {
    const row = await this.rowOf(userId, 'confirmed_at is not null');
    const step = row && this.stepOf(row, userId, code);
    if (!row || step === undefined) return 'wrong';
    const [accepted] = await this.dataSource.query<[unknown[], number]>(
      'update totp_factor set last_step = $2, last_used_at = now() where id = $1 and last_step < $2 returning id',
      [row.id, step],
    );
    return accepted.length > 0 ? 'accepted' : 'used';
  }

  /** The time step a code belongs to. */
  private stepOf(row: Row, userId: string, code: string): number | undefined {
    const totp = totpOf(this.seal.open(row.sealed_secret, userId));
    const timestamp = Date.now(); // one moment for both, or a step that begins in between is counted twice
    const delta = totp.validate({ token: code, window: SKEW_STEPS, timestamp });
    return delta === null ? undefined : totp.counter({ timestamp }) + delta;
  }

  private async rowOf(userId: string, where: string): Promise<Row | undefined> {
    const [row] = await this.dataSource.query<Row[]>(
      `select id, sealed_secret from totp_factor where user_id = $1 and ${where}`,
      [userId],
    );
    return row;
  }
}

/** SHA-1 and six digits: what every app knows (RFC 4226 §5.3). */
const totpOf = (secret: string, label = ''): TOTP =>
  new TOTP({ issuer: 'Gatehouse', label, secret, period: PERIOD_SECONDS, digits: 6, algorithm: 'SHA1' });
