import type { SignedCheckpoint } from './checkpoint-note.js';
import { notesIn, openCheckpoint } from './checkpoint-note.js';
import { Flaw } from './flaw.js';
import type { LogKey } from './log-key.js';

/** Checkpoints that somebody kept where the log's owner cannot reach: what the log must still agree with. */
export class KeptCheckpoints {
  private constructor(private readonly bySize: ReadonlyMap<number, SignedCheckpoint>) {}

  /**
   * @param texts each holds one or more signed notes.
   * @throws Flaw when one is not signed by the log, or two of them contradict each other.
   */
  static open(texts: readonly string[], keys: readonly LogKey[]): KeptCheckpoints {
    const bySize = new Map<number, SignedCheckpoint>();
    for (const checkpoint of texts.flatMap(notesIn).map((note) => openKept(note, keys))) {
      const { size, root } = checkpoint;
      if (!(bySize.get(size)?.root.equals(root) ?? true))
        throw new Flaw(
          `two kept checkpoints of size ${size} have different roots: the log showed two histories`,
        );
      bySize.set(size, checkpoint);
    }
    return new KeptCheckpoints(bySize);
  }

  get count(): number {
    return this.bySize.size;
  }

  /** The one for a tree of this size. */
  at(size: number): SignedCheckpoint | undefined {
    return this.bySize.get(size);
  }

  /** Covers the most leaves; 0 when none was kept. */
  get largestSize(): number {
    return Math.max(0, ...this.bySize.keys());
  }
}

function openKept(note: string, keys: readonly LogKey[]): SignedCheckpoint {
  try {
    return openCheckpoint(note, keys);
  } catch (error) {
    throw error instanceof Flaw ? new Flaw(`of those kept: ${error.message}`) : error;
  }
}
