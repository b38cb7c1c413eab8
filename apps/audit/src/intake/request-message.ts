import { GatewayConfigChanged, MalformedEvent } from '@gatehouse/contracts';
import { leafOf } from '../log/leaf.js';
import type { Leaf } from '../log/leaf.js';
import { digestOf, eventIdOf, Poison } from '../quarantine/poison.js';
import { requestSummary } from './request-summary.js';

/** The stream of what gateways say, and how far audit has read it. */
export const REQUESTS_STREAM = 'REQUESTS';
export const REQUESTS_DURABLE = 'audit';

/** A message of the stream, and what it comes to. */
export type RequestReading = { leaf: Leaf } | { poison: Poison };

/** Makes a leaf of a message, or says why it can never be one. */
export function readRequestMessage(message: { sequence: number; bytes: Uint8Array }): RequestReading {
  const json = jsonOf(message.bytes);
  try {
    return { leaf: leafOf('requests', isConfigChange(json) ? json : requestSummary(json)) };
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

/** The only event of a gateway that is no batch; it holds nothing that has to be left out. */
const isConfigChange = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && 'type' in json && json.type === GatewayConfigChanged.type;

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
