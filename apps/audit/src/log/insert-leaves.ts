import type { EntityManager } from 'typeorm';
import type { Leaf } from './leaf.js';

/** Writes leaves from an index on: one statement, one array for each column. */
export async function insertLeaves(
  manager: EntityManager,
  from: number,
  leaves: readonly Leaf[],
): Promise<void> {
  await manager.query(
    `insert into leaves
       (index, channel, event_id, type, source, subject, tenant, actor, token, at, leaf_hash, canonical)
     select $1::bigint + l.nth - 1, l.channel, l.event_id, l.type, l.source, l.subject, l.tenant, l.actor, l.token, l.at,
            l.leaf_hash, l.canonical
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                 $10::timestamptz[], $11::bytea[], string_to_array($12, chr(10)))
       with ordinality
       as l (channel, event_id, type, source, subject, tenant, actor, token, at, leaf_hash, canonical, nth)`,
    [
      from,
      leaves.map(({ channel }) => channel),
      leaves.map(({ eventId }) => eventId),
      leaves.map(({ type }) => type),
      leaves.map(({ source }) => source),
      leaves.map(({ subject }) => subject),
      leaves.map(({ tenant }) => tenant),
      leaves.map(({ actor }) => actor),
      leaves.map(({ token }) => token),
      leaves.map(({ at }) => at),
      leaves.map(({ leafHash }) => Buffer.from(leafHash)),
      // RFC 8785 text has no line breaks: one text is sent as it is, where an array would have each quote escaped.
      leaves.map(({ canonical }) => canonical).join('\n'),
    ],
  );
}
