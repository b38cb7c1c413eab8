import { RecordedRequest, type RequestsAnswer, type RequestsQuery } from '@gatehouse/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { CLICKHOUSE } from '../analytics.tokens.js';
import { type ClickHouse, select } from '../clickhouse/clickhouse.js';
import { asDomainError } from '../usage/usage-reader.js';
import { refusal } from '../usage/usage-window.js';
import type { BoundQuery } from '../usage/usage.sql.js';
import { pageQuery, type RequestSelection, startQuery } from './requests.sql.js';

/** 64-bit numbers come as text. */
type Row = Record<string, string | number>;

/** A place in the order of {@link pageQuery}. */
interface Place {
  arrivedMs: number;
  gateway: string;
  seq: string;
}

/** Reads single requests in the order they came. */
@Injectable()
export class RequestReader {
  constructor(@Inject(CLICKHOUSE) private readonly clickhouse: ClickHouse) {}

  /** @throws DomainError `query-invalid` when the window holds too much, `database-unavailable` when there is no answer. */
  async page(query: RequestsQuery, onlyTenant: string | undefined): Promise<RequestsAnswer> {
    const selection = selectionOf(query, onlyTenant);
    const after =
      query.cursor === undefined ? await this.start(selection, query.last) : placeIn(query.cursor);
    const rows = after ? await this.run(pageQuery(selection, after, query.limit)) : [];
    const last = rows.length === query.limit ? rows.at(-1) : undefined;
    return { items: rows.map(requestOf), nextCursor: last ? cursorOf(last) : null };
  }

  /** Just before the first of the latest; `undefined`: there are none. */
  private async start(selection: RequestSelection, last: number): Promise<Place | undefined> {
    const [row] = await this.run(startQuery(selection, last));
    if (!row || Number(row['requests']) === 0) return undefined;
    return { arrivedMs: Number(row['start']), gateway: '', seq: '0' };
  }

  private async run({ query, parameters }: BoundQuery): Promise<Row[]> {
    try {
      return await select<Row>(this.clickhouse.reader, query, parameters);
    } catch (error) {
      throw asDomainError(error);
    }
  }
}

function selectionOf(
  { from, to, route, api, token }: RequestsQuery,
  onlyTenant: string | undefined,
): RequestSelection {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  if (fromMs >= toMs) throw refusal('from', 'must be before "to"');
  return { fromMs, toMs, route, api, token, onlyTenant };
}

function placeIn(cursor: string): Place {
  const [arrivedMs = '0', gateway = '', seq = '0'] = cursor.split('~');
  return { arrivedMs: Number(arrivedMs), gateway, seq };
}

const cursorOf = ({ arrived, gateway, seq }: Row): string => `${arrived}~${gateway}~${seq}`;

const instant = (ms: string | number | undefined): string => new Date(Number(ms)).toISOString();

const requestOf = (row: Row): RecordedRequest =>
  RecordedRequest.parse({
    arrivedAt: instant(row['arrived']),
    at: instant(row['at_ms']),
    requestId: row['request_id'],
    tenant: row['tenant'],
    route: row['route'],
    tokenId: row['token'],
    applicationId: row['application'] || undefined,
    userId: row['user'] || undefined,
    identityId: row['identity'] || undefined,
    plan: row['plan'] || undefined,
    method: row['method'],
    path: row['path'],
    status: row['status'],
    outcome: row['outcome'],
    code: row['code'],
    clientAddress: row['client_address'],
    userAgent: row['user_agent'],
    latencyMs: row['latency_ms'],
  });
