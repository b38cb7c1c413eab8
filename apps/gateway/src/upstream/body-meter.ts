import { Transform, type TransformCallback } from 'node:stream';

/** The body turned out larger than the route takes. */
export class BodyTooLarge extends Error {}

/** Counts a body of unannounced length on its way to the upstream, and breaks it off when it is too long. */
export class BodyMeter extends Transform {
  private bytes = 0;

  /** @param onBytes told the total so far. */
  constructor(
    private readonly maxBytes: number,
    private readonly onBytes: (total: number) => void,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    this.onBytes(this.bytes);
    if (this.bytes > this.maxBytes) done(new BodyTooLarge());
    else done(null, chunk);
  }
}
