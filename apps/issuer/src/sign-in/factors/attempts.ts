import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Attempts that cost nothing; then 4 seconds, and each failure doubles the wait. */
const FREE_ATTEMPTS = 3;
const MAX_WAIT_SECONDS = 900;

/** Bounds how often a second factor can be guessed. Whoever gets here knows the password already. */
@Injectable()
export class FactorAttempts {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /**
   * Counts an attempt before it is checked, in one statement, so that guesses in parallel count each.
   * @returns false while the person has to wait: the guess is not to be checked.
   */
  async mayTry(userId: string): Promise<boolean> {
    await this.dataSource.query('insert into factor_attempt (user_id) values ($1) on conflict do nothing', [
      userId,
    ]);
    const [rows] = await this.dataSource.query<[unknown[], number]>(
      `update factor_attempt set failed = failed + 1,
         locked_until = case when failed + 1 >= $2
           then now() + make_interval(secs => least($3, power(2, least(failed + 3 - $2, 30)))) else locked_until end
       where user_id = $1 and locked_until <= now() returning failed`,
      [userId, FREE_ATTEMPTS, MAX_WAIT_SECONDS],
    );
    return rows.length > 0;
  }

  async succeeded(userId: string): Promise<void> {
    await this.dataSource.query('delete from factor_attempt where user_id = $1', [userId]);
  }
}
