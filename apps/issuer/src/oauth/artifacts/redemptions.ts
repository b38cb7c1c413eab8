import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { Seal } from '../../keys/master-key.js';
import { Artifacts } from './artifacts.js';

/** A redemption that has not settled by then was never answered: the issuer died, or refused. */
const ABANDONED_SECONDS = 5;
/** How long an honest client may take to notice that an answer was lost, and ask again. */
const GRACE_SECONDS = 10;
const POLL_MS = 25;

/** What may be redeemed once. */
export type Redeemable = 'AuthorizationCode' | 'RefreshToken' | 'DeviceCode';

/** One request's claim. */
export type Claim = string;

/** Where a redemption is. `answered`: a refresh token's, a moment ago, and the next one is not used yet. */
export type Redemption = 'open' | 'answered' | 'over';

/**
 * Redeems codes and refresh tokens once, however many try at the same time.
 * `consumed` is the claim of one request; `settled` follows when its answer is certain, before it is sent. A claim that
 * never settles gave nobody anything and may be repeated, so that a crash in between costs no one his session.
 */
@Injectable()
export class Redemptions {
  private readonly graceKey: (token: string) => string;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Artifacts) private readonly artifacts: Artifacts,
    @Inject(ISSUER_CONFIG) { MASTER_KEY }: IssuerConfig,
  ) {
    this.graceKey = MASTER_KEY.hashFor('refresh grace');
  }

  /** Claims it for one request; the claim is what settles it. */
  async claim(model: Redeemable, id: string): Promise<Claim | undefined> {
    const [rows] = await this.dataSource.query<[{ claim: Claim }[], number]>(
      `update oauth_artifact set consumed_at = now()
       where model = $1 and id = $2 and settled_at is null
         and (consumed_at is null or consumed_at < now() - make_interval(secs => $3))
       returning consumed_at::text as claim`,
      [model, this.artifacts.keyOf(model, id), ABANDONED_SECONDS],
    );
    return rows[0]?.claim;
  }

  /** Whether it can still be redeemed, as far as anybody knows now. */
  async stateOf(model: Redeemable, id: string): Promise<Redemption> {
    const [row] = await this.dataSource.query<{ state: Redemption }[]>(STATE, [
      model,
      this.artifacts.keyOf(model, id),
      GRACE_SECONDS,
    ]);
    return row?.state ?? 'over';
  }

  /** Waits for the request that has claimed it. */
  async untilSettled(model: Redeemable, id: string): Promise<Redemption> {
    const deadline = performance.now() + ABANDONED_SECONDS * 1000;
    for (;;) {
      const state = await this.stateOf(model, id);
      if (state !== 'open' || performance.now() > deadline) return state;
      await sleep(POLL_MS);
    }
  }

  /**
   * Nobody else can redeem it from now on.
   * @param answer of a refresh: kept for an honest retry, sealed under the token itself, which is kept nowhere, so that
   * only whoever shows it again can have it.
   * @throws when the claim was given up as abandoned and somebody else's has taken its place: send no answer.
   */
  async settle(
    model: Redeemable,
    id: string,
    claim: Claim,
    answer?: { body: unknown; successor: string },
  ): Promise<void> {
    const key = this.artifacts.keyOf(model, id);
    const [rows] = await this.dataSource.query<[unknown[], number]>(
      `update oauth_artifact set settled_at = now(), answer = $4, successor = $5
       where model = $1 and id = $2 and consumed_at = $3::timestamptz and settled_at is null returning id`,
      [
        model,
        key,
        claim,
        answer ? this.sealOf(id).close(JSON.stringify(answer.body), key) : null,
        answer ? this.artifacts.keyOf('RefreshToken', answer.successor) : null,
      ],
    );
    if (rows.length === 0) throw new Error('the claim was lost to another request');
  }

  /** The answer given to the request that redeemed the refresh token. */
  async answerOf(refreshToken: string): Promise<unknown> {
    const key = this.artifacts.keyOf('RefreshToken', refreshToken);
    const [row] = await this.dataSource.query<{ answer: Buffer | null }[]>(
      `select answer from oauth_artifact where model = 'RefreshToken' and id = $1`,
      [key],
    );
    return row?.answer ? (JSON.parse(this.sealOf(refreshToken).open(row.answer, key)) as unknown) : undefined;
  }

  private sealOf(refreshToken: string): Seal {
    return new Seal(Buffer.from(this.graceKey(refreshToken), 'base64url'));
  }
}

const STATE = `
  select case
    when a.settled_at is null then 'open'
    when a.answer is not null and a.settled_at > now() - make_interval(secs => $3) and not exists (
      select from oauth_artifact s where s.model = a.model and s.id = a.successor and s.consumed_at is not null
    ) then 'answered'
    else 'over' end as state
  from oauth_artifact a where a.model = $1 and a.id = $2`;
