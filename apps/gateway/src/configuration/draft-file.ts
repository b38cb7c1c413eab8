import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError } from '@gatehouse/kernel';

/** A text that is on the disk beside a file, ready to take its place. */
export class DraftFile {
  private constructor(
    private readonly file: string,
    private readonly draft: string,
  ) {}

  /** @throws DomainError `config-read-only` when nothing may be written there. */
  static async write(file: string, text: string): Promise<DraftFile> {
    // The gateway watches the name of the file alone.
    const draft = `${file}.applying`;
    try {
      const handle = await open(draft, 'w', 0o644);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw unwritable(file, error);
    }
    return new DraftFile(file, draft);
  }

  /** Whoever reads the file sees the old text or the new one, whole, also after a power cut. */
  async replace(): Promise<void> {
    try {
      await rename(this.draft, this.file);
    } catch (error) {
      throw unwritable(this.file, error);
    }
    const folder = await open(dirname(this.file), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  discard(): Promise<void> {
    return rm(this.draft, { force: true });
  }
}

const unwritable = (file: string, cause: unknown): DomainError =>
  new DomainError(
    'conflict',
    'config-read-only',
    `${file} cannot be written (${(cause as NodeJS.ErrnoException).code}): change it where it comes from.`,
    { cause },
  );
