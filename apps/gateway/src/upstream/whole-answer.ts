/** What asks the upstream for a part of its answer, or for other bytes of it. */
const ABOUT_THE_BYTES = new Set(['accept-encoding', 'range', 'if-range']);

/** The headers of a request whose answer has to come whole and as it is. @param flat names and values. */
export function wholeAnswerHeaders(flat: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < flat.length; i += 2)
    if (!ABOUT_THE_BYTES.has(flat[i]!.toLowerCase())) kept.push(flat[i]!, flat[i + 1]!);
  return [...kept, 'accept-encoding', 'identity'];
}
