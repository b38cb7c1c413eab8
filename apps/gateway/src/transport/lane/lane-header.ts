import { KnownNames } from '../../known-names.js';

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

const kinds = new KnownNames<LaneHeader>((name) =>
  TOKEN.test(name) ? (SPECIAL.get(name.toLowerCase()) ?? 'plain') : 'elsewhere',
);

/** What a header of this name, in the spelling of the client, means. */
export const laneHeaderOf = (name: string): LaneHeader => kinds.of(name);
