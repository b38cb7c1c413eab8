/** Far more than an event may have: text without line ends must not fill the memory. */
const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * The lines of UTF-8 text, as its bytes come. Only a line feed ends one: `node:readline` also splits at U+2028, which may
 * stand in a JSON string.
 * @throws RangeError for a line of more than 16 million characters.
 */
export async function* textLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    if (rest.length > LONGEST_LINE) throw new RangeError('a line is too long to be one');
    yield* lines;
  }
  rest += decoder.decode();
  if (rest) yield rest;
}
