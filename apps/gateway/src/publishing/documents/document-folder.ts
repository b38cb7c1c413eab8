import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { documentHash } from '@gatehouse/openapi';

/**
 * Documents of published APIs on disk, so that they are there after a restart with everything else away. The name of a file
 * says what is in it: one that holds something else is as good as none.
 */
export class DocumentFolder {
  constructor(private readonly dir: string) {}

  /** @returns `undefined` for what is not there, or cannot be read. */
  async read(document: string): Promise<string | undefined> {
    const text = await readFile(this.pathOf(document), 'utf8').catch(() => undefined);
    return text !== undefined && documentHash(text) === document ? text : undefined;
  }

  /** Whoever reads it afterwards has it whole or not at all, also after a power cut. */
  async write(document: string, text: string): Promise<void> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    const path = this.pathOf(document);
    const fresh = `${path}.new`;
    const file = await open(fresh, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  }

  /** Removes all others. */
  async keepOnly(documents: ReadonlySet<string>): Promise<void> {
    const kept = new Set([...documents].map(nameOf));
    const names = await readdir(this.dir).catch(() => []);
    for (const name of names) if (!kept.has(name)) await rm(join(this.dir, name), { force: true });
  }

  private pathOf(document: string): string {
    return join(this.dir, nameOf(document));
  }
}

const nameOf = (document: string): string => document.replace(':', '-');
