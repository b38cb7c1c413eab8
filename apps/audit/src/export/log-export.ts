import type { AuditEntry } from '@gatehouse/contracts';
import type { NoteSigner } from '@gatehouse/tlog';
import { Inject, Injectable } from '@nestjs/common';
import { SIGNER } from '../audit.tokens.js';
import { CheckpointStore } from '../checkpoint/checkpoint-store.js';
import { LogEntries } from '../entries/log-entries.js';
import type { LogPage } from '../entries/log-entries.js';
import { canonicalJson } from '../log/canonical-json.js';

const PAGE_SIZE = 500;

/**
 * The whole log as text, with all that somebody needs who trusts nobody here: one JSON document a line, each in its
 * RFC 8785 form, so that a line has one reading only. First what log it is, then its entries, and among them each
 * checkpoint after the last entry it covers.
 */
@Injectable()
export class LogExport {
  constructor(
    @Inject(LogEntries) private readonly entries: LogEntries,
    @Inject(CheckpointStore) private readonly checkpoints: CheckpointStore,
    @Inject(SIGNER) private readonly signer: NoteSigner,
  ) {}

  /** Up to the checkpoint that is the latest now, some hundred lines at a time. */
  async *pages(): AsyncGenerator<string, void> {
    const size = (await this.checkpoints.latest())?.size ?? 0;
    const { name: origin, verifierKey } = this.signer;
    yield lineOf({ kind: 'log', version: 1, origin, verifierKey, size });
    for (let from: number | undefined = 0; from !== undefined; ) {
      const page: LogPage = await this.entries.from(from, PAGE_SIZE);
      yield await this.pageText(page, from, page.next ?? size, size);
      from = page.next;
    }
  }

  private async pageText(page: LogPage, from: number, to: number, size: number): Promise<string> {
    // Those of the page's first size came at the end of the page before.
    const notes = await this.checkpoints.notesBetween(from === 0 ? 0 : from + 1, to);
    let text = '';
    for (const entry of page.items.filter(({ index }) => index < size)) {
      while (notes[0] && notes[0].size <= entry.index) text += noteLine(notes.shift()!.note);
      text += entryLine(entry);
    }
    return text + notes.map(({ note }) => noteLine(note)).join('');
  }
}

/** An entry whose body has expired has none here, and says so: its leaf hash stands for it. */
function entryLine({ event, ...entry }: AuditEntry): string {
  return lineOf({ kind: 'entry', ...entry, ...(entry.expired ? {} : { event }) });
}

const noteLine = (note: string): string => lineOf({ kind: 'checkpoint', note });

const lineOf = (value: Record<string, unknown>): string => `${canonicalJson(value)}\n`;
