import { type LogCounts, RequestLogged } from '@gatehouse/contracts';
import { ORIGIN } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Channel } from '../log/leaf.js';
import { BatchRanges } from './batch-ranges.js';

const CHUNK = 20_000;
const MOST_RANGES = 100;

interface Part {
  gateway: string;
  batch: number;
  parts: number;
}

/** Counts what is in the log, so that it can be held against what should be. */
@Injectable()
export class LogCounter {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Everything up to one moment: what is appended meanwhile is in no number. */
  async counts(): Promise<LogCounts> {
    const [now] = await this.dataSource.query<{ size: string; position: string | null }[]>(
      `select (select coalesce(max(index) + 1, 0) from leaves) as size,
              (select position from issuer_positions order by nth desc limit 1) as position`,
    );
    const size = Number(now!.size);
    const channels = { issuer: 0, requests: 0, audit: 0 };
    const seen = new Map<string, BatchRanges>();
    const incomplete = new Map<string, number>();
    // In pieces, each well within the time a statement may take.
    for (let from = 0; from < size; from += CHUNK) {
      const to = Math.min(from + CHUNK, size);
      for (const channel of ['issuer', 'requests', 'audit'] as const)
        channels[channel] += await this.leavesOf(channel, from, to);
      for (const part of await this.parts(from, to))
        if (isLastPart(part, incomplete)) rangesOf(seen, part.gateway).add(part.batch);
    }
    const gateways = [...seen].map(([gateway, batches]) => summaryOf(gateway, batches));
    return { size, issuerPosition: now!.position ?? ORIGIN, channels, gateways };
  }

  private async leavesOf(channel: Channel, from: number, to: number): Promise<number> {
    const [row] = await this.dataSource.query<{ leaves: number }[]>(
      `select count(*)::int as leaves from leaves where channel = $3 and index >= $1 and index < $2`,
      [from, to, channel],
    );
    return row!.leaves;
  }

  private parts(from: number, to: number): Promise<Part[]> {
    return this.dataSource.query<Part[]>(
      `select data->>'gateway' as gateway, (data->>'batch')::int as batch, (data->>'parts')::int as parts
       from leaves cross join lateral (select canonical::jsonb->'data' as data) as event
       where channel = 'requests' and type = $3 and index >= $1 and index < $2 order by index`,
      [from, to, RequestLogged.type],
    );
  }
}

function isLastPart({ gateway, batch, parts }: Part, incomplete: Map<string, number>): boolean {
  const key = `${gateway} ${batch}`;
  const logged = (incomplete.get(key) ?? 0) + 1;
  if (logged < parts) incomplete.set(key, logged);
  else incomplete.delete(key);
  return logged >= parts;
}

function rangesOf(seen: Map<string, BatchRanges>, gateway: string): BatchRanges {
  const ranges = seen.get(gateway) ?? new BatchRanges();
  seen.set(gateway, ranges);
  return ranges;
}

function summaryOf(gateway: string, seen: BatchRanges): LogCounts['gateways'][number] {
  const { count, highest } = seen;
  const missingRanges = seen.holes().slice(0, MOST_RANGES);
  return { gateway, batches: count, highestBatch: highest, missing: highest - count, missingRanges };
}
