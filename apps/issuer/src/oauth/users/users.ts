import type { CreateUserBody, UserView } from '@gatehouse/contracts';
import { DomainError, newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { refuseKnownPassword } from '../../sign-in/passwords/known-passwords.js';
import { hashPassword, isPassword } from './passwords.js';

/** Attempts that cost nothing; then 4 seconds, and each failure doubles the wait. */
const FREE_ATTEMPTS = 3;
const MAX_WAIT_SECONDS = 900;

const COLUMNS = 'id, tenant, email, name, created_at, disabled_at';

interface Row {
  id: string;
  tenant: string;
  email: string;
  name: string;
  created_at: Date;
  disabled_at: Date | null;
}

interface Attempt {
  id: string;
  password_hash: string;
  free: boolean;
}

/** How an attempt to sign in ended. */
export type SignIn =
  | { outcome: 'signed-in'; userId: string }
  | { outcome: 'refused' }
  | { outcome: 'locked' };

/** People and their passwords. */
@Injectable()
export class Users {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** @throws DomainError `password-breached`; `conflict` when somebody of the tenant has the address already. */
  async create(tenant: string, { email, name, password }: CreateUserBody): Promise<UserView> {
    refuseKnownPassword(password, [email, name]);
    const rows = await this.dataSource.query<Row[]>(
      `insert into person (id, tenant, email, name, password_hash) values ($1, $2, $3, $4, $5)
       on conflict (tenant, email) do nothing returning ${COLUMNS}`,
      [newId('usr'), tenant, email, name, await hashPassword(password)],
    );
    if (!rows[0]) throw new DomainError('conflict', 'conflict', 'A user with this address exists already.');
    return viewOf(rows[0]);
  }

  /** @returns `undefined` also for somebody disabled, or of another tenant. */
  async find(tenant: string, id: string): Promise<UserView | undefined> {
    const [row] = await this.dataSource.query<Row[]>(
      `select ${COLUMNS} from person where id = $1 and tenant = $2 and disabled_at is null`,
      [id, tenant],
    );
    return row && viewOf(row);
  }

  /** One page, oldest first; `cursor` is the last id of the page before. */
  async list(
    tenant: string,
    { cursor = '', limit }: { cursor?: string; limit: number },
  ): Promise<{ items: UserView[]; nextCursor: string | null }> {
    const rows = await this.dataSource.query<Row[]>(
      `select ${COLUMNS} from person where tenant = $1 and id > $2 order by id limit $3`,
      [tenant, cursor, limit + 1],
    );
    const page = rows.slice(0, limit);
    return { items: page.map(viewOf), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }

  /**
   * Checks a password. The attempt is counted before it is checked, in one statement, so that guesses in parallel count
   * each; whoever is locked out is not told whether the guess was right.
   */
  async signIn(tenant: string, email: string, password: string): Promise<SignIn> {
    const [[attempt]] = await this.dataSource.query<[Attempt[], number]>(COUNT, [
      tenant,
      email.trim().toLowerCase(),
      FREE_ATTEMPTS,
      MAX_WAIT_SECONDS,
    ]);
    if (attempt && !attempt.free) return { outcome: 'locked' };
    if (!(await isPassword(password, attempt?.password_hash))) return { outcome: 'refused' };
    await this.dataSource.query('update person set failed_attempts = 0, locked_until = null where id = $1', [
      attempt!.id,
    ]);
    return { outcome: 'signed-in', userId: attempt!.id };
  }
}

/** `free` is as it was before this attempt, which counts as failed until it proves otherwise. */
const COUNT = `
  with before as (
    select id, coalesce(locked_until, '-infinity') <= now() as free from person
    where tenant = $1 and email = $2 and disabled_at is null for update
  )
  update person p set
    failed_attempts = p.failed_attempts + case when b.free then 1 else 0 end,
    locked_until = case
      when b.free and p.failed_attempts + 1 >= $3
      then now() + make_interval(secs => least($4, power(2, least(p.failed_attempts + 3 - $3, 30))))
      else p.locked_until end
  from before b where p.id = b.id
  returning p.id, p.password_hash, b.free`;

const viewOf = ({ id, tenant, email, name, created_at, disabled_at }: Row): UserView => ({
  id,
  tenant,
  email,
  name,
  createdAt: created_at.toISOString(),
  disabledAt: disabled_at?.toISOString() ?? null,
});
