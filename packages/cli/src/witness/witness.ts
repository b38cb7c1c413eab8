import {
  type Checkpoint,
  type Cosigner,
  formatSignature,
  type NoteVerifier,
  openNote,
  parseAddCheckpoint,
  parseCheckpoint,
  parseNote,
  TlogError,
  verifyConsistency,
} from '@gatehouse/tlog';
import type { WitnessMemory } from './witness-memory.js';

/** What the witness answers, by the status codes of C2SP tlog-witness. */
export type WitnessAnswer =
  | { status: 200; signature: string; size: number }
  | { status: 409; size: number; reason: string }
  | { status: 400 | 403 | 404 | 422; reason: string };

interface WitnessParts {
  key: Cosigner;
  /** Of the logs it cosigns for; a log's origin is the name of its keys. */
  logs: readonly NoteVerifier[];
  memory: WitnessMemory;
  now: () => Date;
}

type Submission = ReturnType<typeof parseAddCheckpoint> & { text: string; checkpoint: Checkpoint };

/**
 * Cosigns what extends all that it cosigned before (C2SP tlog-witness). Never two roots of one size, never a smaller tree:
 * to look, to decide and to remember is one synchronous step, so no two requests can come between each other.
 */
export class Witness {
  constructor(private readonly parts: WitnessParts) {}

  /** @param body of an `add-checkpoint` request. */
  addCheckpoint(body: string): WitnessAnswer {
    const submission = readSubmission(body);
    return 'status' in submission ? submission : this.#judge(submission);
  }

  #judge(submission: Submission): WitnessAnswer {
    const { checkpoint, note } = submission;
    const verifiers = this.parts.logs.filter(({ name }) => name === checkpoint.origin);
    if (verifiers.length === 0) return refused(404, 'this witness does not know the log');
    if (!isSigned(note, verifiers)) return refused(403, 'no key that is trusted for the log has signed');
    const last = this.parts.memory.last(checkpoint.origin);
    return misfitOf(submission, last) ?? this.#cosign(submission);
  }

  #cosign({ note, text, checkpoint: { origin, size } }: Submission): WitnessAnswer {
    this.parts.memory.remember(origin, note);
    const seconds = Math.floor(this.parts.now().getTime() / 1000);
    return { status: 200, size, signature: formatSignature(this.parts.key.cosign(text, seconds)) };
  }
}

/** Why a checkpoint does not follow the last one. */
function misfitOf({ oldSize, proof, checkpoint }: Submission, last: Checkpoint): WitnessAnswer | undefined {
  const { size, root } = checkpoint;
  if (oldSize > size) return refused(400, 'the old size is above the checkpoint’s');
  if (oldSize !== last.size)
    return { status: 409, size: last.size, reason: 'the old size is not that of the last cosigned tree' };
  if (oldSize === size && !Buffer.from(root).equals(last.root))
    return { status: 409, size: last.size, reason: 'another root of this size was cosigned' };
  const claim = { from: oldSize, to: size, fromRoot: last.root, toRoot: root, proof };
  return verifyConsistency(claim) ? undefined : refused(422, 'the consistency proof does not verify');
}

function readSubmission(body: string): Submission | WitnessAnswer {
  try {
    const request = parseAddCheckpoint(body);
    const { text } = parseNote(request.note);
    return { ...request, text, checkpoint: parseCheckpoint(text) };
  } catch (error) {
    if (error instanceof TlogError) return refused(400, error.message);
    throw error;
  }
}

function isSigned(note: string, verifiers: readonly NoteVerifier[]): boolean {
  try {
    return openNote(note, verifiers).signedBy.length > 0;
  } catch (error) {
    if (error instanceof TlogError) return false;
    throw error;
  }
}

const refused = (status: 400 | 403 | 404 | 422, reason: string): WitnessAnswer => ({ status, reason });
