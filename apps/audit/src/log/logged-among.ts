import type { Hash } from '@gatehouse/tlog';
import type { EntityManager } from 'typeorm';
import type { AppendableLeaf, Channel } from './leaf.js';

/** What makes a leaf the same as another: ids are unique within a channel. */
export const keyOf = ({ channel, eventId }: Pick<AppendableLeaf, 'channel' | 'eventId'>): string =>
  `${channel} ${eventId}`;

/**
 * The leaf hashes under which those of the leaves are logged that are, by {@link keyOf}.
 * One index probe for each, said so that Postgres cannot choose to read the whole table while it has no statistics.
 */
export async function loggedAmong(
  manager: EntityManager,
  leaves: readonly Pick<AppendableLeaf, 'channel' | 'eventId'>[],
): Promise<Map<string, Hash>> {
  const rows = await manager.query<{ event_id: string; channel: Channel; leaf_hash: Hash }[]>(
    `select given.event_id, given.channel, logged.leaf_hash
     from unnest($1::text[], $2::text[]) as given (event_id, channel)
     cross join lateral (
       select leaf_hash from leaves
       where leaves.event_id = given.event_id and leaves.channel = given.channel limit 1
     ) as logged`,
    [leaves.map(({ eventId }) => eventId), leaves.map(({ channel }) => channel)],
  );
  return new Map(rows.map((row) => [keyOf({ channel: row.channel, eventId: row.event_id }), row.leaf_hash]));
}
