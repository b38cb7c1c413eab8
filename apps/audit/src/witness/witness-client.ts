import type { AddCheckpoint } from '@gatehouse/tlog';
import { formatAddCheckpoint } from '@gatehouse/tlog';
import { Deadline } from '../deadline.js';

const TIMEOUT_MS = 10_000;
/** Some signature lines. */
const MOST_BYTES = 16 * 1024;

/** What a witness answered, as C2SP tlog-witness means it. */
export type WitnessReply =
  | { kind: 'cosigned'; lines: string }
  /** It has cosigned another tree than the old size said; this is its size. */
  | { kind: 'conflict'; size: number }
  /** The log contradicts what it has seen. */
  | { kind: 'inconsistent' }
  | { kind: 'failed'; reason: string };

/** Sends one `add-checkpoint`; never throws: a witness that does not answer has failed. */
export async function submitTo(
  url: string,
  request: AddCheckpoint,
  stopping: AbortSignal,
): Promise<WitnessReply> {
  const deadline = new Deadline(stopping, TIMEOUT_MS);
  try {
    const response = await fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      body: formatAddCheckpoint(request),
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      redirect: 'error',
      signal: deadline.signal,
    });
    return replyOf(response.status, await boundedText(response));
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  } finally {
    deadline.clear();
  }
}

function replyOf(status: number, text: string): WitnessReply {
  if (status === 200) return { kind: 'cosigned', lines: text };
  if (status === 409 && /^(0|[1-9]\d{0,14})\n$/.test(text)) return { kind: 'conflict', size: Number(text) };
  if (status === 422) return { kind: 'inconsistent' };
  if (status === 403) return { kind: 'failed', reason: 'it does not trust this log’s key (403)' };
  if (status === 404) return { kind: 'failed', reason: 'it does not know this log (404)' };
  return { kind: 'failed', reason: `it answered ${status}` };
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error(`its answer is longer than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be reached';
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return cause || error.message;
}
