/** Applications in use at the same time; one beyond them is parsed with each request. */
const MOST = 1_000;

/**
 * What rows mean that are read again and again: one that says what it said before is the same object, so that whatever is
 * made of it is made once. The row itself is read each time: nobody is answered by what was true a moment ago.
 */
export class SaidBefore<Meaning extends object> {
  private readonly known = new Map<string, Meaning>();

  /** @param json the whole row, as the database says it now. */
  meaningOf(json: string): Meaning {
    const meaning = this.known.get(json) ?? (JSON.parse(json) as Meaning);
    this.known.delete(json);
    this.known.set(json, meaning);
    const [oldest] = this.known.keys();
    if (this.known.size > MOST && oldest !== undefined) this.known.delete(oldest);
    return meaning;
  }
}
