import { RecentMap } from '../../recent-map.js';

/** What a header means to the lane; `elsewhere`: its request is not for the lane. */
export type LaneHeader = 'plain' | 'length' | 'connection' | 'elsewhere';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** With these a request is more than a head, and perhaps a body, on a connection that goes on as it was. */
const SPECIAL: ReadonlyMap<string, LaneHeader> = new Map([
  ['content-length', 'length'],
  ['connection', 'connection'],
  ['transfer-encoding', 'elsewhere'],
  ['upgrade', 'elsewhere'],
  ['expect', 'elsewhere'],
  ['http2-settings', 'elsewhere'],
  ['trailer', 'elsewhere'],
]);

/** Clients send the same names over and over. */
const kinds = new RecentMap<string, LaneHeader>(2_048);

/** What a header of this name, in the spelling of the client, means. */
export function laneHeaderOf(name: string): LaneHeader {
  const known = kinds.get(name);
  if (known !== undefined) return known;
  const kind = TOKEN.test(name) ? (SPECIAL.get(name.toLowerCase()) ?? 'plain') : 'elsewhere';
  kinds.set(name, kind);
  return kind;
}
