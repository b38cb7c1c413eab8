import type { DeadLetters } from './dead-letters.js';
import type { OutgoingEntry, Outlet, Sent } from './outlet.js';

interface DeliveryParts {
  sink: string;
  /** How often a refused entry is offered before it is put aside. */
  tries: number;
  outlet: Outlet;
  letters: DeadLetters;
}

/**
 * Gets entries through an outlet, in order for each token. An entry that is refused again and again is put aside, and what
 * follows it in its order is put aside behind it: the receiver never sees the later without the earlier.
 */
export class EntryDelivery {
  /** Those that are through while others of their page are not. */
  private readonly through = new Set<number>();
  private readonly refusals = new Map<number, number>();

  constructor(private readonly parts: DeliveryParts) {}

  /** @throws Error saying why some are not through yet: call again with the same entries later. */
  async deliver(entries: readonly OutgoingEntry[], stopping: AbortSignal): Promise<void> {
    for (let left = this.leftOf(entries); left.length > 0; left = this.leftOf(entries)) {
      const sendable = await this.withoutBlocked(left);
      if (sendable.length === 0) continue;
      const sent = await this.parts.outlet.send(sendable, stopping);
      const put = await this.settle(sendable, sent);
      const hindrance = sent.find(({ status }) => status !== 'delivered');
      if (hindrance && hindrance.status !== 'delivered' && put === 0) throw new Error(hindrance.reason);
    }
  }

  /** The entries are behind the sink's position, or will be sent anew. */
  forget(): void {
    this.through.clear();
    this.refusals.clear();
  }

  private leftOf(entries: readonly OutgoingEntry[]): OutgoingEntry[] {
    return entries.filter(({ index }) => !this.through.has(index));
  }

  private async withoutBlocked(entries: readonly OutgoingEntry[]): Promise<OutgoingEntry[]> {
    const { sink, letters } = this.parts;
    const blocked = await letters.blocked(
      sink,
      entries.map(({ orderedBy }) => orderedBy),
    );
    const waiting = entries.filter(({ orderedBy }) => blocked.has(orderedBy));
    await letters.put(
      sink,
      waiting.map(({ index, orderedBy }) => ({
        index,
        orderedBy,
        reason: `waits behind entry ${blocked.get(orderedBy)}`,
      })),
    );
    for (const { index } of waiting) this.through.add(index);
    return entries.filter(({ orderedBy }) => !blocked.has(orderedBy));
  }

  /** @returns how many were put aside. */
  private async settle(entries: readonly OutgoingEntry[], sent: readonly Sent[]): Promise<number> {
    const refused = entries.flatMap((entry, i) => {
      const result = sent[i]!;
      if (result.status === 'delivered') this.through.add(entry.index);
      return result.status === 'refused' && this.isHopeless(entry)
        ? [{ ...entry, reason: result.reason }]
        : [];
    });
    await this.parts.letters.put(this.parts.sink, refused);
    for (const { index } of refused) this.through.add(index);
    return refused.length;
  }

  private isHopeless({ index }: OutgoingEntry): boolean {
    const refusals = (this.refusals.get(index) ?? 0) + 1;
    this.refusals.set(index, refusals);
    return refusals >= this.parts.tries;
  }
}
