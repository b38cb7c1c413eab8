import type { Writable } from 'node:stream';

/** Where a bench says what it does. */
export class Console {
  constructor(private readonly out: Writable) {}

  line(text = ''): void {
    this.out.write(`${text}\n`);
  }

  /** Prints rows in columns; all but the first column stand on the right. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = head.map((name, column) =>
      Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
    );
    for (const row of [head, ...rows])
      this.line(
        row
          .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
          .join('  '),
      );
  }
}

/** A number for people. */
export const readable = (value: number, digits = 0): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
