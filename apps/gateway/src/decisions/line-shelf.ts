/** The record of a request is rarely longer. */
const PLACE_BYTES = 1_024;

/**
 * Lines by their place, in memory that is never moved. As strings, hundreds of them would be young at every collection of
 * garbage and copied by it, while requests wait.
 */
export class LineShelf {
  private readonly bytes: Buffer;
  private readonly lengths: Uint16Array;
  /** Those that fit into no place. */
  private readonly long = new Map<number, string>();

  constructor(places: number) {
    this.bytes = Buffer.allocUnsafeSlow(places * PLACE_BYTES);
    this.lengths = new Uint16Array(places);
  }

  /** Takes the place of the line that was there. */
  put(place: number, line: string): void {
    this.long.delete(place);
    if (Buffer.byteLength(line) > PLACE_BYTES) this.long.set(place, line);
    else this.lengths[place] = this.bytes.write(line, place * PLACE_BYTES);
  }

  at(place: number): string {
    const start = place * PLACE_BYTES;
    return this.long.get(place) ?? this.bytes.toString('utf8', start, start + this.lengths[place]!);
  }
}
