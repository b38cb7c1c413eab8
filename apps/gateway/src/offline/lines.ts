import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Lines from the moment they are asked for: readline itself drops what comes before somebody listens. */
export async function* linesIn(input: Readable): AsyncGenerator<string, void> {
  yield* createInterface({ input });
}

/** Answers one JSON document, and waits for a slow reader. */
export async function say(document: object): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify(document)}\n`)) await once(process.stdout, 'drain');
}
