import type { SessionEnd } from '@gatehouse/contracts';
import type { EventMetadata } from '@gatehouse/event-store';
import { newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import type { Seal } from '../../keys/master-key.js';
import { Artifacts } from '../../oauth/artifacts/artifacts.js';
import { actorOf, SignInJournal } from '../sign-in-journal.js';

/** What the engine keeps of a browser in which somebody is signed in. */
const SignedInSession = z.object({
  uid: z.string(),
  accountId: z.string(),
  exp: z.number(),
  acr: z.string().optional(),
  amr: z.array(z.string()).default([]),
  authorizations: z
    .record(z.string(), z.object({ sid: z.string().optional(), grantId: z.string().optional() }))
    .default({}),
});
export type SignedInSession = z.infer<typeof SignedInSession>;

/** Where a browser is, and what it is. */
export const Place = z.object({ agent: z.string(), address: z.string() });
export type Place = z.infer<typeof Place>;

/** A session by which it can be ended. */
export interface OpenSession {
  id: string;
  tenant: string;
  user_id: string;
  uid_key: string;
}

/** The engine's sessions as people and administrators know them. */
@Injectable()
export class SessionRecords {
  private readonly seal: Seal;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Artifacts) private readonly artifacts: Artifacts,
    @Inject(SignInJournal) private readonly journal: SignInJournal,
    @Inject(ISSUER_CONFIG) { MASTER_KEY }: IssuerConfig,
  ) {
    this.seal = MASTER_KEY.sealFor('session places');
  }

  /** @returns `undefined` while nobody is signed in with it. */
  static signedInOf(payload: unknown): SignedInSession | undefined {
    return SignedInSession.safeParse(payload).data;
  }

  /**
   * Notes that a session was used.
   * @param place unknown where the person's own pages have changed it.
   * @returns false when it has ended: it must not be kept.
   */
  async seen(session: SignedInSession, place: Place | undefined): Promise<boolean> {
    const uidKey = this.keyOf(session.uid);
    const rows = await this.dataSource.query<unknown[]>(SEEN, [
      newId('ses'),
      uidKey,
      session.accountId,
      new Date(session.exp * 1000),
      session.acr ?? null,
      session.amr,
      Object.keys(session.authorizations),
      place ? this.seal.close(JSON.stringify(place), uidKey) : null,
    ]);
    return rows.length > 0;
  }

  /** Asked when the engine finds one: it may have kept it at the very moment of its end. */
  async isOver(uid: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      'select from session where uid_key = $1 and ended_at is not null',
      [this.keyOf(uid)],
    );
    return rows.length > 0;
  }

  /** The id that people and administrators know it by. */
  async idOf(uid: string): Promise<string | undefined> {
    const [row] = await this.dataSource.query<{ id: string }[]>('select id from session where uid_key = $1', [
      this.keyOf(uid),
    ]);
    return row?.id;
  }

  /** The person has signed out in the browser itself. */
  async signedOut(uid: string, traceparent: string | undefined): Promise<void> {
    const [session] = await this.dataSource.query<OpenSession[]>(
      'select id, tenant, user_id, uid_key from session where uid_key = $1',
      [this.keyOf(uid)],
    );
    if (!session) return;
    const trace = traceparent === undefined ? {} : { traceparent };
    await this.end(session, 'signed-out', { actor: actorOf(session.user_id), ...trace });
  }

  /** From the commit on the engine does not find it. Ended twice is ended once. */
  async end(session: OpenSession, reason: SessionEnd, metadata: EventMetadata): Promise<boolean> {
    return this.journal.together(async (manager) => {
      const [ended] = await manager.query<[unknown[], number]>(
        'update session set ended_at = now() where id = $1 and ended_at is null returning id',
        [session.id],
      );
      if (ended.length === 0) return false;
      const data = { sessionId: session.id, userId: session.user_id, reason };
      await this.journal.sessionEnded(manager, session.tenant, data, metadata);
      return true;
    });
  }

  /** @throws when the row was changed by somebody without the key. */
  placeOf(uidKey: string, sealed: Buffer | null): Place {
    return sealed === null
      ? { agent: '', address: '' }
      : Place.parse(JSON.parse(this.seal.open(sealed, uidKey)));
  }

  /** Forgets what has expired; at most `limit` rows. */
  async forgetExpired(limit: number): Promise<void> {
    await this.dataSource.query(
      `delete from session where id = any(array(
         select id from session where expires_at < now() - interval '1 hour' limit $1))`,
      [limit],
    );
  }

  private keyOf(uid: string): string {
    return this.artifacts.keyOf('uid', uid);
  }
}

/** Of nobody, or of somebody else than before, there is no session. */
const SEEN = `
  insert into session (id, uid_key, tenant, user_id, expires_at, acr, amr, applications, sealed_place)
  select $1, $2, p.tenant, p.id, $4, $5, $6, $7, $8 from person p where p.id = $3
  on conflict (uid_key) do update set last_seen_at = now(), expires_at = excluded.expires_at, acr = excluded.acr,
    amr = excluded.amr, applications = excluded.applications,
    sealed_place = coalesce(excluded.sealed_place, session.sealed_place)
    where session.ended_at is null and session.user_id = excluded.user_id
  returning id`;
