import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, EMPTY_ROOT, parseCheckpoint, parseNote } from '@gatehouse/tlog';
import { writeDurably } from './durable-file.js';

/** What a witness must never forget: of each log, the last checkpoint that it cosigned. One file for each log. */
export class WitnessMemory {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /**
   * The last that was cosigned; the empty tree where none was.
   * @throws TlogError when the file is damaged: then nothing may be cosigned.
   */
  last(origin: string): Checkpoint {
    const note = textAt(this.#pathOf(origin));
    return note === undefined ? { origin, size: 0, root: EMPTY_ROOT } : parseCheckpoint(parseNote(note).text);
  }

  /** On disk once this returns. */
  remember(origin: string, note: string): void {
    writeDurably(this.#pathOf(origin), note);
  }

  #pathOf(origin: string): string {
    return join(this.folder, `${createHash('sha256').update(origin).digest('hex')}.checkpoint`);
  }
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
