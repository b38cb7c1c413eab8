import { createHash } from 'node:crypto';
import { MalformedEvent } from '@gatehouse/contracts';
import { z } from 'zod';
import { canonicalJson } from '../log/canonical-json.js';

const BatchPart = z.looseObject({ data: z.looseObject({ records: z.array(z.unknown()) }) });

/**
 * A RequestLogged event with its records replaced by their number and the SHA-256 (base64) of their RFC 8785 form:
 * the log stays small, holds no client's address, and still proves the records to whoever keeps them.
 * @throws MalformedEvent when there are no records to replace.
 */
export function requestSummary(json: unknown): Record<string, unknown> {
  if (!BatchPart.safeParse(json).success) throw new MalformedEvent('not a batch of request records');
  const event = json as Record<string, unknown> & { data: { records: unknown[] } };
  const { records } = event.data;
  return { ...event, data: { ...event.data, records: { count: records.length, sha256: digestOf(records) } } };
}

function digestOf(records: readonly unknown[]): string {
  try {
    return createHash('sha256').update(canonicalJson(records)).digest('base64');
  } catch (error) {
    throw new MalformedEvent('the request records have no canonical form', { cause: error });
  }
}
