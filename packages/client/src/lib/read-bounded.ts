import type { Readable } from 'node:stream';

/** The answer is larger than the caller is ready to hold in memory. */
export class BodyTooLarge extends Error {
  constructor(limitBytes: number) {
    super(`the body is larger than ${limitBytes} bytes`);
    this.name = 'BodyTooLarge';
  }
}

/**
 * The whole body as UTF-8 text.
 * @throws BodyTooLarge past `limitBytes`; the rest is not read.
 */
export async function readBounded(body: Readable, limitBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    total += chunk.length;
    // Leaving the loop destroys the stream and, with it, the connection.
    if (total > limitBytes) throw new BodyTooLarge(limitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
