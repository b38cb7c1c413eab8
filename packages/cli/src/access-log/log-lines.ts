import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../usage-error.js';

/** No server writes longer lines; a file without line ends must not fill the memory. */
const MAX_LINE_LENGTH = 64 * 1024;

/**
 * The lines of a file, gzipped or not (told by its first two bytes), as they are read. One character stands for one
 * byte. Of a line beyond 64 KiB only the beginning is handed on.
 * @throws UsageError when there is no such file; Error when it is damaged.
 */
export async function* logLines(path: string): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of await contentsOf(path)) {
    const parts = (rest + (chunk as Buffer).toString('latin1')).split('\n');
    rest = (parts.pop() ?? '').slice(0, MAX_LINE_LENGTH);
    for (const line of parts) yield bare(line);
  }
  if (rest) yield bare(rest);
}

const bare = (line: string): string =>
  (line.endsWith('\r') ? line.slice(0, -1) : line).slice(0, MAX_LINE_LENGTH);

/** What is in a file, unpacked where it is gzipped. @throws UsageError when there is no such file. */
export async function contentsOf(path: string): Promise<Readable> {
  const gzipped = await isGzip(path);
  const file = createReadStream(path);
  if (!gzipped) return file;
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be read (${error.code})`, { cause: error });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE() === 0x1f8b; // RFC 1952 §2.3.1
  } finally {
    await file.close();
  }
}
