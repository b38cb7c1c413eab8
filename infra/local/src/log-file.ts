import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const MAX_BYTES = 10 * 1024 * 1024;
const KEPT = 3;

/**
 * Appends a process's output to a file, which is set aside as `.1` … `.3` when it is full. Writes are synchronous, so
 * that nothing piles up in memory when a process says more than the disk takes.
 */
export class LogFile {
  #descriptor: number;
  #bytes: number;

  constructor(
    private readonly path: string,
    private readonly maxBytes = MAX_BYTES,
  ) {
    this.#descriptor = openSync(path, 'a', 0o600);
    this.#bytes = fstatSync(this.#descriptor).size;
  }

  write(chunk: Buffer): void {
    try {
      if (this.#bytes + chunk.length > this.maxBytes && this.#bytes > 0) this.#rotate();
      this.#bytes += writeSync(this.#descriptor, chunk);
    } catch {
      // A full disk must not end the processes whose log this is.
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #rotate(): void {
    closeSync(this.#descriptor);
    for (let i = KEPT - 1; i >= 1; i--) renameIfThere(`${this.path}.${i}`, `${this.path}.${i + 1}`);
    renameIfThere(this.path, `${this.path}.1`);
    this.#descriptor = openSync(this.path, 'a', 0o600);
    this.#bytes = 0;
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // Not every number is taken yet.
  }
}
