import { Transform, type TransformCallback } from 'node:stream';

/** Passes a body on and keeps a copy of it, as long as it is small. */
export class BodyCopy extends Transform {
  private pieces: Buffer[] = [];
  private bytes = 0;

  /** @param onEnd told the whole body when it has passed, or `undefined` when it was too large or broke off. */
  constructor(
    private readonly maxBytes: number,
    private readonly onEnd: (body: Buffer | undefined) => void,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes <= this.maxBytes) this.pieces.push(chunk);
    else this.pieces = [];
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    this.settle(this.bytes <= this.maxBytes ? Buffer.concat(this.pieces) : undefined);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.settle(undefined);
    done(error);
  }

  private isSettled = false;

  private settle(body: Buffer | undefined): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.pieces = [];
    this.onEnd(body);
  }
}
