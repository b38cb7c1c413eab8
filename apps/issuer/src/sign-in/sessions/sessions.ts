import type { SessionEnd, SignedOut } from '@gatehouse/contracts';
import type { EventMetadata } from '@gatehouse/event-store';
import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Artifacts } from '../../oauth/artifacts/artifacts.js';
import { Families } from '../../oauth/artifacts/families.js';
import { LiveThings } from '../../revocations/live-things.js';
import { LogoutNotices } from './logout-notices.js';
import { type OpenSession, SessionRecords, type SignedInSession } from './session-records.js';

const AT_ONCE = 100;

/** Why something ends, and in whose name. */
export interface Ending {
  reason: SessionEnd;
  metadata: EventMetadata;
}

/** Ends sessions, and what hangs on them: consents, refresh tokens, access tokens, the applications' own sessions. */
@Injectable()
export class Sessions {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Artifacts) private readonly artifacts: Artifacts,
    @Inject(Families) private readonly families: Families,
    @Inject(LiveThings) private readonly live: LiveThings,
    @Inject(SessionRecords) private readonly records: SessionRecords,
    @Inject(LogoutNotices) private readonly notices: LogoutNotices,
  ) {}

  /** @throws DomainError `not-found`, also for another tenant's, and with `userId` for another person's. */
  async end(tenant: string, sessionId: string, ending: Ending, userId?: string): Promise<void> {
    const [session] = await this.dataSource.query<OpenSession[]>(
      `select ${COLUMNS} from session where tenant = $1 and id = $2 and ($3::text is null or user_id = $3)`,
      [tenant, sessionId, userId ?? null],
    );
    if (!session) throw new DomainError('not-found', 'not-found', 'There is no such session.');
    await this.notices.send(await this.close(session, ending));
  }

  /**
   * Signs a person out everywhere, also where only a refresh token is left of a session (F23).
   * @param keep the session she does it in.
   */
  async endAll(tenant: string, userId: string, ending: Ending, keep?: string): Promise<SignedOut> {
    const kept = await this.grantsOf(keep);
    let sessions = 0;
    for (;;) {
      const open = await this.openOf(tenant, userId, keep);
      const closed: SignedInSession[] = [];
      for (const session of open) closed.push(...(await this.close(session, ending)));
      await this.notices.send(closed);
      sessions += open.length;
      if (open.length < AT_ONCE) break;
    }
    return { sessions, grants: await this.endGrants(tenant, userId, kept, ending.metadata) };
  }

  /** With how many browsers a person is signed in. */
  async count(tenant: string, userId: string): Promise<number> {
    const [row] = await this.dataSource.query<{ open: number }[]>(
      `select count(*)::int as open from session
       where tenant = $1 and user_id = $2 and ended_at is null and expires_at > now()`,
      [tenant, userId],
    );
    return row!.open;
  }

  /** Marked first: from then on nothing is granted in it. Repeated after a crash, it finishes what is left. */
  private async close(session: OpenSession, { reason, metadata }: Ending): Promise<SignedInSession[]> {
    await this.records.end(session, reason, metadata);
    const signedIn = await this.signedInOf(session);
    if (!signedIn) return [];
    for (const { grantId } of Object.values(signedIn.authorizations))
      if (grantId !== undefined)
        await this.families.endKept(this.artifacts.keyOf('Grant', grantId), metadata);
    await this.artifacts.removeByUidKey(session.uid_key);
    return [signedIn];
  }

  private async endGrants(
    tenant: string,
    userId: string,
    kept: ReadonlySet<string>,
    metadata: EventMetadata,
  ): Promise<number> {
    let ended = 0;
    for (;;) {
      const found = await this.live.grants(tenant, { kind: 'user', of: userId }, AT_ONCE + kept.size);
      const due = found.filter(({ id }) => !kept.has(id));
      if (due.length === 0) return ended;
      for (const { id } of due) await this.families.endKept(id, metadata);
      ended += due.length;
    }
  }

  private openOf(tenant: string, userId: string, keep: string | undefined): Promise<OpenSession[]> {
    return this.dataSource.query(
      `select ${COLUMNS} from session where tenant = $1 and user_id = $2 and id <> $3
         and ended_at is null and expires_at > now() order by id limit $4`,
      [tenant, userId, keep ?? '', AT_ONCE],
    );
  }

  /** Under the keys they are kept by. */
  private async grantsOf(sessionId: string | undefined): Promise<ReadonlySet<string>> {
    const [session] = await this.dataSource.query<OpenSession[]>(
      `select ${COLUMNS} from session where id = $1`,
      [sessionId ?? null],
    );
    const grants = Object.values((session && (await this.signedInOf(session)))?.authorizations ?? {});
    return new Set(
      grants.flatMap(({ grantId }) =>
        grantId === undefined ? [] : [this.artifacts.keyOf('Grant', grantId)],
      ),
    );
  }

  private async signedInOf({ uid_key: uidKey }: OpenSession): Promise<SignedInSession | undefined> {
    return SessionRecords.signedInOf((await this.artifacts.findByUidKey(uidKey))?.payload);
  }
}

const COLUMNS = 'id, tenant, user_id, uid_key';
