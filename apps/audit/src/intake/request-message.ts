import { MalformedEvent } from '@gatehouse/contracts';
import { leafOf } from '../log/leaf.js';
import type { Leaf } from '../log/leaf.js';
import { digestOf, eventIdOf, Poison } from '../quarantine/poison.js';
import { requestSummary } from './request-summary.js';

/** The stream of the gateways' request batches, and how far audit has read it. */
export const REQUESTS_STREAM = 'REQUESTS';
export const REQUESTS_DURABLE = 'audit';

/** A message of the stream, and what it comes to. */
export type RequestReading = { leaf: Leaf } | { poison: Poison };

/** Makes a leaf of a message, or says why it can never be one. */
export function readRequestMessage(message: { sequence: number; bytes: Uint8Array }): RequestReading {
  const json = jsonOf(message.bytes);
  try {
    return { leaf: leafOf('requests', requestSummary(json)) };
  } catch (error) {
    if (!(error instanceof MalformedEvent)) throw error;
    const [position, sha256] = [String(message.sequence), digestOf(message.bytes)];
    return {
      poison: new Poison({
        stream: 'requests',
        position,
        eventId: eventIdOf(json),
        sha256,
        rule: error.message,
      }),
    };
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
