import { JoiningDataSource } from '@gatehouse/event-store';
import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { PeriodicWork } from '../../periodic-work.js';
import type { RemindOfToken } from '../token.commands.js';
import { TokenHandler } from '../token.handler.js';

const EVERY_MS = 10_000;
/** Reminders that share a commit. */
const AT_ONCE = 100;
const LOCK = 'token reminders';

interface Due {
  id: string;
  tenant: string;
  rotates: boolean;
  secret_id: string;
  rotation_due_at: Date | null;
  expires: boolean;
  expires_at: Date | null;
}

const DUE = `
  select t.id, t.tenant, newest.id as secret_id,
    coalesce(t.rotation_remind_at <= now(), false) as rotates,
    newest.added_at + make_interval(days => (t.rotation->>'everyDays')::int) as rotation_due_at,
    coalesce(t.expiry_remind_at <= now(), false) as expires, t.expires_at
  from token_summary t
  cross join lateral (
    select s.id, s.added_at from token_secret s where s.token_id = t.id order by s.added_at desc limit 1
  ) newest
  where t.revoked_at is null and (t.expires_at is null or t.expires_at > now())
    and (t.rotation_remind_at <= now() or t.expiry_remind_at <= now()) and t.id > $1
  order by t.id limit $2`;

/**
 * Writes down, once each, that a rotation is due or a token about to expire. One issuer at a time does it, by the
 * database's clock; what is due while none runs is said by the next.
 */
@Injectable()
export class Reminders extends PeriodicWork {
  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(TokenHandler) private readonly handler: TokenHandler,
    @Inject(LOGGER) logger: Logger,
  ) {
    super(EVERY_MS, 'reminders are written down later', logger);
  }

  protected work(): Promise<void> {
    return this.remindAll();
  }

  /** Everything that is due now; each token once, whatever comes of it. */
  async remindAll(): Promise<void> {
    let after: string | undefined = '';
    while (after !== undefined) after = await this.remindSome(after);
  }

  /** @returns where the next ones begin; nothing after the last, or while another issuer is at it. */
  private remindSome(after: string): Promise<string | undefined> {
    return this.dataSource.asOne(async () => {
      const [lock] = await this.dataSource.query<{ free: boolean }[]>(
        'select pg_try_advisory_xact_lock(hashtextextended($1, 2)) as free',
        [LOCK],
      );
      if (!lock!.free) return undefined;
      const due = await this.dataSource.query<Due[]>(DUE, [after, AT_ONCE]);
      for (const token of due)
        await this.handler.handle(token.tenant, reminderOf(token), { actor: 'system:issuer' });
      return due.length === AT_ONCE ? due.at(-1)?.id : undefined;
    });
  }
}

function reminderOf({ id, rotates, secret_id, rotation_due_at, expires, expires_at }: Due): RemindOfToken {
  return {
    kind: 'remind',
    tokenId: id,
    ...(rotates && rotation_due_at
      ? { rotation: { secretId: secret_id, dueAt: rotation_due_at.toISOString() } }
      : {}),
    ...(expires && expires_at ? { expiresAt: expires_at.toISOString() } : {}),
  };
}
