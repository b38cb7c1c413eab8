/**
 * A place in the event store's order: `"<tx>.<sequence>"`.
 * A sequence number alone is no order, because a lower number can commit later; the writing transaction comes first
 * (see ADR 0003).
 */
export type Position = string;

/** Before the first event. */
export const ORIGIN: Position = '0.0';

const SHAPE = /^(\d{1,20})\.(\d{1,19})$/;

/** Builds a position from a row's `tx` and `position` columns. */
export function formatPosition(tx: string | bigint, sequence: string | bigint): Position {
  return `${tx}.${sequence}`;
}

/** The two numbers of a position, or `undefined` when it is not one. */
export function parsePosition(position: string): { tx: bigint; sequence: bigint } | undefined {
  const match = SHAPE.exec(position);
  return match ? { tx: BigInt(match[1]!), sequence: BigInt(match[2]!) } : undefined;
}

/**
 * Orders two positions: negative when `a` comes first, 0 when they are the same place.
 * @throws RangeError when either is malformed.
 */
export function comparePositions(a: Position, b: Position): number {
  if (a === b) return 0;
  const left = parsePosition(a);
  const right = parsePosition(b);
  if (!left || !right) throw new RangeError(`malformed position: ${left ? b : a}`);
  if (left.tx !== right.tx) return left.tx < right.tx ? -1 : 1;
  return left.sequence < right.sequence ? -1 : left.sequence > right.sequence ? 1 : 0;
}
