import { TILE_WIDTH } from './tile.js';

/** What a path of C2SP tlog-tiles names. */
export interface TileAddress {
  /** Tile level; `entries`: the bundle of the entries under a tile of level 0. */
  level: number | 'entries';
  index: number;
  /** Hashes or entries in it, 1–256. */
  width: number;
}

/** Six bits of level; N in groups of three digits, all but the last marked `x`; a width of 1–255. */
const PATH = /^tile\/(entries|0|[1-9]|[1-5]\d|6[0-3])\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/**
 * The path of a tile or bundle in C2SP tlog-tiles: `tile/<L>/<N>`, with `.p/<W>` for one that is not full.
 * N is written in groups of three digits: `x001/x234/067`.
 */
export function tilePath({ level, index, width }: TileAddress): string {
  const groups = [pad(index % 1000)];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${pad(rest % 1000)}`);
  return `tile/${level}/${groups.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** Reads a path; `undefined` when it is none, or not the one way to write it. */
export function parseTilePath(path: string): TileAddress | undefined {
  const [, level = '', groups = '', width] = PATH.exec(path) ?? [];
  const address: TileAddress = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.replaceAll(/\D/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  return tilePath(address) === path ? address : undefined;
}

const pad = (group: number): string => String(group).padStart(3, '0');
