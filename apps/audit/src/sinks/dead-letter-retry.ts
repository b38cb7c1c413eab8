import type { DeadLetters } from './dead-letters.js';
import type { OutgoingEntries } from './outgoing-entries.js';
import type { OutgoingEntry, Outlet } from './outlet.js';

const AT_ONCE = 100;

interface RetryParts {
  sink: string;
  outlet: Outlet;
  letters: DeadLetters;
  entries: OutgoingEntries;
}

/**
 * Offers dead letters again that somebody asked for: of each order the oldest, once. Those behind it follow when it is through.
 * @returns whether there were any.
 * @throws Error when the receiver cannot be had: they are offered again later.
 */
export async function retryDeadLetters(
  { sink, outlet, letters, entries }: RetryParts,
  stopping: AbortSignal,
): Promise<boolean> {
  const due = oldestOfEach(await entries.at(await letters.retrying(sink, AT_ONCE)));
  if (due.length === 0) return false;
  const sent = await outlet.send(due, stopping);
  const through = due.filter((_, i) => sent[i]!.status === 'delivered');
  await letters.remove(
    sink,
    through.map(({ index }) => index),
  );
  for (const [i, entry] of due.entries()) {
    const result = sent[i]!;
    if (result.status === 'refused') await letters.refuseAgain(sink, entry, result.reason);
  }
  const hindrance = sent.find(({ status }) => status === 'unavailable');
  if (hindrance?.status === 'unavailable') throw new Error(hindrance.reason);
  return true;
}

function oldestOfEach(entries: readonly OutgoingEntry[]): OutgoingEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ orderedBy }) => !seen.has(orderedBy) && seen.add(orderedBy));
}
