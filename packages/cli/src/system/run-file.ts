import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../usage-error.js';

const Service = z.object({ url: z.string() });

/** What `npm start` leaves in `.gatehouse/run.json`: where everything is, and a token to call it with. */
export const RunFile = z.object({
  gateway: Service.extend({ adminUrl: z.string() }).partial().optional(),
  issuer: Service.optional(),
  audit: Service.optional(),
  analytics: Service.optional(),
  nats: Service.optional(),
  adminToken: z.string().optional(),
});
export type RunFile = z.infer<typeof RunFile>;

/**
 * Reads run.json.
 * @param folder where it lies; absent: `.gatehouse` here or in a folder above. An absent file is an empty one, unless
 * the folder was named.
 * @throws UsageError when it is not one.
 */
export async function readRunFile(folder: string | undefined): Promise<RunFile> {
  if (folder !== undefined) {
    const run = await readIfThere(join(folder, 'run.json'));
    if (run) return run;
    throw new UsageError(`${join(folder, 'run.json')} is not there: is Gatehouse running ("npm start")?`);
  }
  for (let here = resolve('.'); ; here = dirname(here)) {
    const run = await readIfThere(join(here, '.gatehouse', 'run.json'));
    if (run) return run;
    if (here === dirname(here)) return {};
  }
}

async function readIfThere(path: string): Promise<RunFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
  return parse(path, text);
}

function parse(path: string, text: string): RunFile {
  try {
    return RunFile.parse(JSON.parse(text));
  } catch {
    // The cause may quote the text, which holds a token.
    throw new UsageError(`${path} is not the run.json of Gatehouse`);
  }
}
