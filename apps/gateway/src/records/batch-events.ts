import { events, subjectOf } from '@gatehouse/contracts';
import type { SpooledBatch } from './spool/spool-reader.js';

/** One RequestLogged event, ready to be sent. */
export interface BatchEvent {
  readonly id: string;
  readonly subject: string;
  /** UTF-8. */
  readonly json: Buffer;
}

/** How a record line begins: the tenant can be read without parsing the rest. */
export const TENANT_START = '{"tenant":"';

const BACK = Buffer.from(']}}');
const LINE_END = 0x0a;
const COMMA = 0x2c;

/**
 * The events of a batch, one per tenant. The same batch makes the same events, byte for byte but for `oldest`,
 * however often it is sent. Lines are passed on as the bytes they are: no record is parsed, or decoded, again.
 * @param stream names the count of batches.
 * @param oldest the lowest batch the spool still holds.
 */
export function batchEvents(stream: string, { marker, lines }: SpooledBatch, oldest: number): BatchEvent[] {
  const { batch, from, to, tenants, at } = marker;
  return tenants.map((tenant, i) => {
    const part = i + 1;
    const id = `${stream}-${batch}-${part}`;
    const data = { gateway: stream, batch, part, parts: tenants.length, from, to, oldest, records: [] };
    const envelope = {
      specversion: '1.0',
      id,
      source: 'gateway',
      subject: stream,
      time: at,
      datacontenttype: 'application/json',
      tenant,
      actor: 'system:gateway',
      type: events.RequestLogged.type,
      data,
    };
    const own = tenants.length === 1 ? lines : linesOf(tenant, lines);
    return {
      id,
      subject: subjectOf({ type: events.RequestLogged.type, tenant }),
      json: withRecords(JSON.stringify(envelope), own),
    };
  });
}

/** @param envelope `records` is the last key of its last key. */
function withRecords(envelope: string, lines: Buffer): Buffer {
  const front = Buffer.from(envelope.slice(0, -BACK.length));
  const json = Buffer.concat([front, lines, BACK]);
  const end = front.length + lines.length;
  for (
    let at = json.indexOf(LINE_END, front.length);
    at >= 0 && at < end;
    at = json.indexOf(LINE_END, at + 1)
  )
    json[at] = COMMA;
  return json;
}

function linesOf(tenant: string, lines: Buffer): Buffer {
  const start = Buffer.from(`${TENANT_START}${tenant}"`);
  const own: Buffer[] = [];
  for (let at = 0; at < lines.length; ) {
    const next = lines.indexOf(LINE_END, at);
    const end = next < 0 ? lines.length : next + 1;
    if (lines.subarray(at, at + start.length).equals(start)) own.push(lines.subarray(at, end));
    at = end;
  }
  const all = Buffer.concat(own);
  return all.at(-1) === LINE_END ? all.subarray(0, -1) : all;
}
