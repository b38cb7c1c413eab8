/** Whether a number can be a tree's size or a leaf's index: a whole number that is exact in JavaScript. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/**
 * Refuses a range that is not within a tree.
 * @throws RangeError saying which bound is broken.
 */
export function assertWithin(name: string, value: number, most: number): void {
  if (!isCount(value) || value > most) throw new RangeError(`${name} ${value} is not within 0 and ${most}`);
}
