import { createHash } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { insert } from '../clickhouse/clickhouse.js';
import { instantOf } from './request-table.js';

/** Longest reason kept. */
const REASON_LENGTH = 1_000;

/** Something that can never be ingested as it is. */
export interface DeadLetter {
  subject: string;
  reason: string;
  payload: unknown;
}

/** Keeps what cannot be ingested, once per content, for repair and replay. */
export class DeadLetters {
  constructor(private readonly client: ClickHouseClient) {}

  async keep({ subject, reason, payload }: DeadLetter, at: number): Promise<void> {
    const text = JSON.stringify(payload) ?? '';
    const digest = createHash('sha256').update(text).digest('hex');
    const line = JSON.stringify([instantOf(at), digest, subject, reason.slice(0, REASON_LENGTH), text]);
    await insert(this.client, 'dead_letters (at, digest, subject, reason, payload)', digest, line);
  }
}
