const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const NO_FLAGS_NO_EXTENSION = Buffer.alloc(8);
const TRAILER = -1;
const NULL = -1;
/** PostgreSQL counts microseconds from 2000. */
const POSTGRES_EPOCH_MS = BigInt(Date.UTC(2000, 0, 1));

/** Rows in PostgreSQL's binary COPY format ("COPY", File Formats): no escaping to write and none to undo. */
export class BinaryCopy {
  private buffer = Buffer.allocUnsafe(64 * 1024);
  private length = 0;

  constructor() {
    this.raw(SIGNATURE);
    this.raw(NO_FLAGS_NO_EXTENSION);
  }

  /** Begins a row of so many fields. */
  row(fields: number): this {
    this.reserve(2);
    this.length = this.buffer.writeInt16BE(fields, this.length);
    return this;
  }

  text(value: string | null): this {
    if (value === null) return this.size(NULL);
    const bytes = Buffer.byteLength(value);
    this.size(bytes);
    this.reserve(bytes);
    this.length += this.buffer.write(value, this.length);
    return this;
  }

  bigint(value: number | bigint): this {
    this.size(8);
    this.reserve(8);
    this.length = this.buffer.writeBigInt64BE(BigInt(value), this.length);
    return this;
  }

  /** @param iso an ISO 8601 instant; kept to the millisecond. */
  instant(iso: string): this {
    return this.bigint((BigInt(Date.parse(iso)) - POSTGRES_EPOCH_MS) * 1000n);
  }

  bytes(value: Uint8Array): this {
    this.size(value.length);
    this.raw(value);
    return this;
  }

  /** All of it; nothing can be added afterwards. */
  end(): Buffer {
    return this.row(TRAILER).buffer.subarray(0, this.length);
  }

  private size(bytes: number): this {
    this.reserve(4);
    this.length = this.buffer.writeInt32BE(bytes, this.length);
    return this;
  }

  private raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + bytes));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }
}
