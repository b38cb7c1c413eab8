const MAX_AGE_MS = 1_000;

let line = '';
let madeAt = Number.NEGATIVE_INFINITY;

/** `Date` (RFC 9110 §6.6.1) as a line of a head, made once a second. */
export function dateLine(): string {
  const now = performance.now();
  if (now - madeAt >= MAX_AGE_MS) {
    line = `date: ${new Date().toUTCString()}\r\n`;
    madeAt = now;
  }
  return line;
}
