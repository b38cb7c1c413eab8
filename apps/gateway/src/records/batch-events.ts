import { events, subjectOf } from '@gatehouse/contracts';
import type { SpooledBatch } from './spool/spool-reader.js';

/** One RequestLogged event, ready to be sent. */
export interface BatchEvent {
  readonly id: string;
  readonly subject: string;
  readonly json: string;
}

/** How a record line begins: the tenant can be read without parsing the rest. */
export const TENANT_START = '{"tenant":"';

/**
 * The events of a batch, one per tenant. The same batch makes the same events, byte for byte but for `oldest`,
 * however often it is sent. Lines are passed on as they are: no record is parsed again.
 * @param stream names the count of batches.
 * @param oldest the lowest batch the spool still holds.
 */
export function batchEvents(stream: string, { marker, lines }: SpooledBatch, oldest: number): BatchEvent[] {
  const { batch, from, to, tenants, at } = marker;
  return tenants.map((tenant, i) => {
    const part = i + 1;
    const id = `${stream}-${batch}-${part}`;
    const own = tenants.length === 1 ? lines : lines.filter((line) => tenantOf(line) === tenant);
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
    // `records` is the last key of the last key.
    const json = `${JSON.stringify(envelope).slice(0, -']}}'.length)}${own.join(',')}]}}`;
    return { id, subject: subjectOf({ type: events.RequestLogged.type, tenant }), json };
  });
}

const tenantOf = (line: string): string =>
  line.slice(TENANT_START.length, line.indexOf('"', TENANT_START.length));
