import { RecentMap } from '../../recent-map.js';
import { RequestHead } from '../../request/request-head.js';
import { laneHeaderOf } from './lane-header.js';

/** RFC 9110 §5.5, without the obsolete. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const LENGTH = /^(0|[1-9]\d{0,9})$/;
const EDGES = /^[\t ]+|[\t ]+$/g;
/** Larger ones are read anew each time. */
const MAX_KEPT_CHARACTERS = 4 * 1024;
const KEPT = 1_024;

/** The headers of a request that is for the lane. */
export interface HeaderBlock {
  /** Flat list of names and values, as they came. */
  readonly rawHeaders: string[];
  readonly head: RequestHead;
  /** Of the body. */
  readonly length: number;
  /** The client asks for the end of the connection. */
  readonly closes: boolean;
}

/**
 * Clients send the same headers over and over, often to the last byte; who has come once is read once. Whatever the
 * gateway finds out about the headers alone is found out once with it.
 */
const blocks = new RecentMap<string, HeaderBlock>(KEPT);

/** @returns `undefined` when the request is not for the lane. */
export function headerBlockOf(text: string): HeaderBlock | undefined {
  if (text.length > MAX_KEPT_CHARACTERS) return readBlock(text);
  const known = blocks.get(text);
  if (known) return known;
  const block = readBlock(text);
  if (block) blocks.set(text, block);
  return block;
}

function readBlock(text: string): HeaderBlock | undefined {
  const rawHeaders: string[] = [];
  let length: number | undefined;
  let closes = false;
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('\r\n', at);
    const end = next < 0 ? text.length : next;
    const colon = text.indexOf(':', at);
    if (colon < 0 || colon > end) return undefined;
    const name = text.slice(at, colon);
    const value = text.slice(colon + 1, end).replaceAll(EDGES, '');
    if (!VALUE.test(value)) return undefined;
    switch (laneHeaderOf(name)) {
      case 'elsewhere':
        return undefined;
      case 'length':
        if (length !== undefined || !LENGTH.test(value)) return undefined;
        length = Number(value);
        break;
      case 'connection':
        if (value === 'close') closes = true;
        else if (value !== 'keep-alive' && value !== 'Keep-Alive') return undefined;
        break;
      case 'plain':
    }
    rawHeaders.push(name, value);
    at = end + 2;
  }
  return { rawHeaders, head: new RequestHead(rawHeaders), length: length ?? 0, closes };
}
