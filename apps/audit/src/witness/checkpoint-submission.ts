import type { NodeReader } from '@gatehouse/tlog';
import {
  consistencyProof,
  cosignedAt,
  formatSignature,
  openNote,
  parseNote,
  TlogError,
} from '@gatehouse/tlog';
import type { StoredCheckpoint } from '../checkpoint/checkpoint-store.js';
import type { StoredCosignature } from './cosignature-store.js';
import { submitTo } from './witness-client.js';
import type { WitnessEndpoint } from './witness-list.js';

/** The witness has seen something of this log that contradicts what it was sent. */
export class WitnessRefusal extends Error {
  override name = 'WitnessRefusal';
}

interface Submission {
  witness: WitnessEndpoint;
  checkpoint: StoredCheckpoint;
  /** What it cosigned last, as far as is known here. */
  knownSize: number;
  read: NodeReader;
  stopping: AbortSignal;
}

/**
 * Has a witness cosign a checkpoint. When it last cosigned another size than known here, it says so and is asked again.
 * @throws WitnessRefusal; Error when it does not answer as C2SP tlog-witness says.
 */
export async function cosignatureFor(submission: Submission): Promise<StoredCosignature> {
  const { knownSize, checkpoint } = submission;
  const first = await ask(submission, knownSize);
  if (first.kind !== 'conflict') return accepted(submission, first);
  if (first.size > checkpoint.size)
    throw new WitnessRefusal(
      `it has cosigned ${first.size} leaves, ${checkpoint.size} were sent: is this log cut?`,
    );
  if (first.size === knownSize)
    throw new WitnessRefusal(`it has cosigned another root of ${checkpoint.size} leaves`);
  return accepted(submission, await ask(submission, first.size));
}

type Reply = Awaited<ReturnType<typeof submitTo>>;

async function ask(submission: Submission, oldSize: number): Promise<Reply> {
  const { witness, checkpoint, read, stopping } = submission;
  const proof = await consistencyProof(oldSize, checkpoint.size, read);
  return submitTo(witness.url, { oldSize, proof, note: checkpoint.note }, stopping);
}

function accepted({ witness, checkpoint }: Submission, reply: Reply): StoredCosignature {
  if (reply.kind === 'cosigned') return cosignatureIn(reply.lines, witness, checkpoint);
  if (reply.kind === 'failed') throw new Error(reply.reason);
  if (reply.kind === 'inconsistent')
    throw new WitnessRefusal(
      `what it has seen of the log is not the beginning of these ${checkpoint.size} leaves`,
    );
  throw new WitnessRefusal(`it says again that it has cosigned another tree, now of ${reply.size} leaves`);
}

/** C2SP tlog-witness: signatures of unknown keys are ignored. */
function cosignatureIn(
  lines: string,
  { verifier }: WitnessEndpoint,
  checkpoint: StoredCheckpoint,
): StoredCosignature {
  const { name, keyId } = verifier;
  try {
    const note = `${parseNote(checkpoint.note).text}\n${lines}`;
    openNote(note, [verifier]);
    const signature = parseNote(note).signatures.find((by) => by.name === name && by.keyId === keyId)!;
    const at = new Date(cosignedAt(signature.signature) * 1000);
    return { size: checkpoint.size, witness: `${name}+${keyId}`, line: formatSignature(signature), at };
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    throw new Error(`its cosignature is not good: ${error.message}`, { cause: error });
  }
}
