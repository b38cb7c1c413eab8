import { hkdfSync } from 'node:crypto';
import { JoiningDataSource } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import type { IssuerConfig } from '../issuer.config.js';
import { ISSUER_CONFIG } from '../issuer.tokens.js';
import { Seal } from '../keys/master-key.js';
import { idempotencyKeyInUse, idempotencyKeyReused } from './idempotency.errors.js';

/** A request that may be repeated: the same key of the same caller, the same words. */
export interface RepeatableRequest {
  /** Whose key it is: nobody can ask for another's answer. */
  tenant: string;
  actor: string;
  key: string;
  /** What was asked: method, target and body. */
  asked: string;
}

/** What was answered. */
export interface Answer {
  status: number;
  body: unknown;
}

/**
 * Answers kept for a day, so that a repeated request gets the first one again. An answer may carry a secret: it is sealed
 * under a key made from the master key and the Idempotency-Key, which is kept nowhere.
 */
@Injectable()
export class KeptAnswers {
  private readonly hash: (value: string) => string;
  private readonly pepper: Buffer;

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(ISSUER_CONFIG) { MASTER_KEY }: IssuerConfig,
  ) {
    this.hash = MASTER_KEY.hashFor('idempotency keys');
    this.pepper = MASTER_KEY.keyFor('kept answers');
  }

  /**
   * The answer of an earlier request, or else a lock until the transaction's end, so that nobody else answers meanwhile.
   * To be called inside the transaction that will {@link keep}: a crash takes the lock, the work and the answer with it.
   * @throws DomainError `idempotency-key-in-use`, `idempotency-key-reused`.
   */
  async recall(request: RepeatableRequest): Promise<Answer | undefined> {
    const id = this.idOf(request);
    const [lock] = await this.dataSource.query<{ free: boolean }[]>(
      'select pg_try_advisory_xact_lock(hashtextextended($1, 1)) as free',
      [id],
    );
    if (!lock!.free) throw idempotencyKeyInUse();
    // A statement of its own: its snapshot is younger than the lock.
    const [kept] = await this.dataSource.query<{ fingerprint: string; status: number; box: Buffer }[]>(
      'select fingerprint, status, box from kept_answer where id = $1 and expires_at > now()',
      [id],
    );
    if (!kept) return undefined;
    if (kept.fingerprint !== this.hash(request.asked)) throw idempotencyKeyReused();
    const text = this.sealOf(id, request).open(kept.box, id);
    return { status: kept.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Keeps an answer for a day; again with a fuller one. */
  async keep(request: RepeatableRequest, { status, body }: Answer): Promise<void> {
    const id = this.idOf(request);
    const text = body === undefined ? '' : JSON.stringify(body);
    await this.dataSource.query(
      `insert into kept_answer (id, fingerprint, status, box, expires_at)
       values ($1, $2, $3, $4, now() + interval '1 day')
       on conflict (id) do update set fingerprint = excluded.fingerprint, status = excluded.status,
         box = excluded.box, expires_at = excluded.expires_at`,
      [id, this.hash(request.asked), status, this.sealOf(id, request).close(text, id)],
    );
  }

  /** Forgets what is older than a day; at most `limit` rows. */
  async forgetExpired(limit: number): Promise<void> {
    await this.dataSource.query(
      `delete from kept_answer where id = any(array(
         select id from kept_answer where expires_at <= now() limit $1))`,
      [limit],
    );
  }

  private idOf({ tenant, actor, key }: RepeatableRequest): string {
    return this.hash(JSON.stringify([tenant, actor, key]));
  }

  /** RFC 5869; the salt binds it to tenant and caller, who are part of the id. */
  private sealOf(id: string, { key }: RepeatableRequest): Seal {
    const secret = Buffer.concat([this.pepper, Buffer.from(key)]);
    return new Seal(Buffer.from(hkdfSync('sha256', secret, id, 'gatehouse kept answer', 32)));
  }
}
