import { closeSync, constants, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const DIGITS = 16;

/**
 * Remembers up to where records were numbered but lost, so that their numbers are not given out again after a crash
 * and stay missing. Written over in place: that takes no room, so it works on a full disk, too.
 */
export class SeqMark {
  private readonly path: string;

  constructor(dir: string) {
    this.path = join(dir, 'next-seq');
    const fd = openSync(this.path, constants.O_RDWR | constants.O_CREAT, 0o600);
    if (fstatSync(fd).size < DIGITS) writeSync(fd, padded(1), 0);
    closeSync(fd);
  }

  /** The first number that was not given out when the mark was written. */
  read(): number {
    return Number(readFileSync(this.path, 'latin1')) || 1;
  }

  /** Where not even this can be written, only the present process knows of the loss. */
  write(nextSeq: number): void {
    try {
      const fd = openSync(this.path, constants.O_WRONLY);
      writeSync(fd, padded(nextSeq), 0);
      closeSync(fd);
    } catch {
      // The spool has said that the disk is broken.
    }
  }
}

const padded = (seq: number): string => String(seq).padStart(DIGITS, '0');
