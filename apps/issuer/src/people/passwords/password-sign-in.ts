import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PersonalFields } from '../personal-fields/personal-fields.js';
import { isPassword } from './passwords.js';

/** Attempts that cost nothing; then 4 seconds, and each failure doubles the wait. */
const FREE_ATTEMPTS = 3;
const MAX_WAIT_SECONDS = 900;

interface Attempt {
  user_id: string;
  hash: string;
  free: boolean;
}

/** How an attempt to sign in ended. */
export type SignIn =
  | { outcome: 'signed-in'; userId: string }
  /** `userId`: whose password it was not; never told outside. */
  | { outcome: 'refused'; userId: string | undefined }
  | { outcome: 'locked' };

/** Signing in by e-mail address and password. */
@Injectable()
export class PasswordSignIn {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(PersonalFields) private readonly fields: PersonalFields,
  ) {}

  /**
   * Checks a password. The attempt is counted before it is checked, in one statement, so that guesses in parallel count
   * each; whoever is locked out is not told whether the guess was right.
   */
  async signIn(tenant: string, email: string, password: string): Promise<SignIn> {
    const [[attempt]] = await this.dataSource.query<[Attempt[], number]>(COUNT, [
      tenant,
      this.fields.loginHash(tenant, email),
      FREE_ATTEMPTS,
      MAX_WAIT_SECONDS,
    ]);
    if (attempt && !attempt.free) return { outcome: 'locked' };
    if (!(await isPassword(password, attempt?.hash))) return { outcome: 'refused', userId: attempt?.user_id };
    const userId = attempt!.user_id;
    await this.dataSource.query(
      'update user_password set failed_attempts = 0, locked_until = null where user_id = $1',
      [userId],
    );
    return { outcome: 'signed-in', userId };
  }
}

/** `free` is as it was before this attempt, which counts as failed until it proves otherwise. */
const COUNT = `
  with before as (
    select w.user_id, coalesce(w.locked_until, '-infinity') <= now() as free
    from user_password w join person p on p.id = w.user_id
    where p.tenant = $1 and p.login_hash = $2 and p.disabled_at is null for update of w
  )
  update user_password w set
    failed_attempts = w.failed_attempts + case when b.free then 1 else 0 end,
    locked_until = case
      when b.free and w.failed_attempts + 1 >= $3
      then now() + make_interval(secs => least($4, power(2, least(w.failed_attempts + 3 - $3, 30))))
      else w.locked_until end
  from before b where w.user_id = b.user_id
  returning w.user_id, w.hash, b.free`;
