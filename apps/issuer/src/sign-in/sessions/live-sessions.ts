import type { SessionList, SessionView } from '@gatehouse/contracts';
import { Acr } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SessionRecords } from './session-records.js';

interface Row {
  id: string;
  uid_key: string;
  user_id: string;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  acr: string | null;
  amr: string[];
  sealed_place: Buffer | null;
  applications: SessionView['applications'] | null;
}

/** The sessions that live, as they are shown. */
@Injectable()
export class LiveSessions {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SessionRecords) private readonly records: SessionRecords,
  ) {}

  /** One page, oldest first; `cursor` is the last id of the page before. @param user whose; else all of the tenant. */
  async list(
    tenant: string,
    { user, cursor = '', limit }: { user?: string | undefined; cursor?: string | undefined; limit: number },
  ): Promise<SessionList> {
    const rows = await this.dataSource.query<Row[]>(LIST, [tenant, user ?? null, cursor, limit + 1]);
    const page = rows.slice(0, limit);
    return {
      items: page.map((row) => this.viewOf(row)),
      nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  }

  private viewOf(row: Row): SessionView {
    return {
      id: row.id,
      userId: row.user_id,
      createdAt: row.created_at.toISOString(),
      lastSeenAt: row.last_seen_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      ...this.records.placeOf(row.uid_key, row.sealed_place),
      acr: Acr.nullable().catch(null).parse(row.acr),
      amr: row.amr,
      applications: row.applications ?? [],
    };
  }
}

/** The account pages are no application: they have no row. */
const LIST = `
  select s.id, s.uid_key, s.user_id, s.created_at, s.last_seen_at, s.expires_at, s.acr, s.amr, s.sealed_place, (
    select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.terms->>'name') order by a.id)
    from application a where a.id = any(s.applications)
  ) as applications
  from session s
  where s.tenant = $1 and ($2::text is null or s.user_id = $2) and s.id > $3
    and s.ended_at is null and s.expires_at > now()
  order by s.id limit $4`;
