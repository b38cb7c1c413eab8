/** RFC 9110 §5.5: what would end a line, or is no text of one byte a character. */
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/;

/** A header field as a line of a head (RFC 9112 §5). @throws TypeError for a value that would not stay in its line. */
export function fieldLine(name: string, value: string): string {
  if (UNSENDABLE.test(value)) throw new TypeError(`the header ${name} has a value that cannot be sent`);
  return `${name}: ${value}\r\n`;
}

/**
 * Header fields as lines of a head, in one piece, to be used again and again.
 * @param fields flat list of names and values.
 * @returns `undefined` when one of the values would not stay in its line.
 */
export function fieldLines(fields: readonly string[]): string | undefined {
  let lines = '';
  for (let i = 0; i < fields.length; i += 2) {
    if (UNSENDABLE.test(fields[i + 1]!)) return undefined;
    lines += `${fields[i]}: ${fields[i + 1]}\r\n`;
  }
  return Buffer.from(lines, 'latin1').toString('latin1');
}
