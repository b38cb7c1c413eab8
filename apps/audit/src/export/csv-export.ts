import type { AuditEntry } from '@gatehouse/contracts';
import { inclusionProof } from '@gatehouse/tlog';
import type { NodeReader } from '@gatehouse/tlog';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CheckpointStore } from '../checkpoint/checkpoint-store.js';
import type { StoredCheckpoint } from '../checkpoint/checkpoint-store.js';
import { LogEntries } from '../entries/log-entries.js';
import type { LogPage } from '../entries/log-entries.js';
import { canonicalJson } from '../log/canonical-json.js';
import { rememberedNodes } from './remembered-nodes.js';

const PAGE_SIZE = 500;

const COLUMNS = [
  'index',
  'at',
  'type',
  'tenant',
  'actor',
  'subject',
  'token',
  'source',
  'eventId',
  'leafHash',
  'treeSize',
  'proof',
  'event',
  'checkpoint',
] as const;

/**
 * The whole log as CSV (RFC 4180) for people and their spreadsheets. Each row has its inclusion proof in the tree of the
 * checkpoint that stands, verbatim, in the last column of the first row. Where a body has expired, its cell is empty.
 */
@Injectable()
export class CsvExport {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(LogEntries) private readonly entries: LogEntries,
    @Inject(CheckpointStore) private readonly checkpoints: CheckpointStore,
  ) {}

  /** Up to the checkpoint that is the latest now, some hundred lines at a time. */
  async *pages(): AsyncGenerator<string, void> {
    const checkpoint = await this.checkpoints.latest();
    yield rowOf(COLUMNS);
    if (!checkpoint) return;
    const read = rememberedNodes(this.dataSource.manager);
    for (let from: number | undefined = 0; from !== undefined && from < checkpoint.size; ) {
      const page: LogPage = await this.entries.from(from, PAGE_SIZE);
      let text = '';
      for (const entry of page.items.filter(({ index }) => index < checkpoint.size))
        text += await lineOf(entry, checkpoint, read);
      yield text;
      from = page.next;
    }
  }
}

async function lineOf(
  entry: AuditEntry,
  { size, note }: StoredCheckpoint,
  read: NodeReader,
): Promise<string> {
  const { index, at, type, tenant, actor, subject, token, source, eventId, leafHash } = entry;
  const proof = await inclusionProof(index, size, read);
  const hashes = proof.map((hash) => Buffer.from(hash).toString('base64')).join(' ');
  const shown = [index, at, type, tenant, actor, subject, token ?? '', source, eventId].map(inert);
  const body = entry.expired ? '' : canonicalJson(entry.event);
  return rowOf([...shown, leafHash, size, hashes, body, index === 0 ? note : '']);
}

/** A spreadsheet must not take what a client wrote for a formula; the event itself stands as it is. */
const inert = (value: string | number): string => String(value).replace(/^(?=[=+\-@\t\r])/, "'");

const rowOf = (cells: readonly (string | number)[]): string =>
  `${cells.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(',')}\r\n`;
