const NULL = -1;
const LENGTH_BYTES = 4;
const BIGINT_BYTES = 8;
/** UTF-8 needs no more for a UTF-16 code unit. */
const MOST_BYTES_A_UNIT = 3;
const SLAB_BYTES = 64 * 1024;
/** PostgreSQL counts microseconds from 2000. */
const POSTGRES_EPOCH_MS = BigInt(Date.UTC(2000, 0, 1));

/**
 * Fields of rows in PostgreSQL's binary COPY format ("COPY", File Formats): no escaping to write and none to undo. Rows lie
 * one after the other in slabs, so that one costs no memory of its own.
 */
export class CopyFields {
  private slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  private from = 0;
  private to = 0;

  /** Begins a row; one that was not taken is forgotten. */
  begin(): this {
    this.to = this.from;
    return this;
  }

  text(value: string | null): this {
    if (value === null) return this.length(NULL);
    this.reserve(LENGTH_BYTES + MOST_BYTES_A_UNIT * value.length);
    const bytes = this.slab.write(value, this.to + LENGTH_BYTES);
    this.length(bytes);
    this.to += bytes;
    return this;
  }

  bigint(value: bigint): this {
    this.length(BIGINT_BYTES);
    this.reserve(BIGINT_BYTES);
    this.to = this.slab.writeBigInt64BE(value, this.to);
    return this;
  }

  /** @param iso an ISO 8601 instant; kept to the millisecond. */
  instant(iso: string): this {
    return this.bigint((BigInt(Date.parse(iso)) - POSTGRES_EPOCH_MS) * 1000n);
  }

  bytes(value: Uint8Array): this {
    this.length(value.length);
    this.reserve(value.length);
    this.slab.set(value, this.to);
    this.to += value.length;
    return this;
  }

  /** The fields of the row, as long as anybody holds on to them. */
  take(): Uint8Array {
    const fields = this.slab.subarray(this.from, this.to);
    this.from = this.to;
    return fields;
  }

  private length(bytes: number): this {
    this.reserve(LENGTH_BYTES);
    this.to = this.slab.writeInt32BE(bytes, this.to);
    return this;
  }

  /** A row that does not fit moves to a new slab; the rows before stay where they are. */
  private reserve(bytes: number): void {
    if (this.to + bytes <= this.slab.length) return;
    const begun = this.slab.subarray(this.from, this.to);
    this.slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, begun.length + bytes));
    this.slab.set(begun);
    this.from = 0;
    this.to = begun.length;
  }
}
