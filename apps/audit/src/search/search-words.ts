const BEYOND_ASCII = /[^\0-\x7f]/;
const NO_WORD = /[^\p{L}\p{M}\p{N}]+/gu;

/**
 * A text as it is found: its runs of letters and digits, in lower case and their compatible form (Unicode NFKC), with one
 * blank before, between and behind them; so a word, or some in a row, can be looked for as they are.
 */
export function spelt(text: string): string {
  return BEYOND_ASCII.test(text)
    ? ` ${text.normalize('NFKC').toLowerCase()} `.replace(NO_WORD, ' ')
    : speltAscii(text.toLowerCase());
}

/** As above, in a sixth of the time: nearly all text is such. */
function speltAscii(text: string): string {
  let words = ' ';
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && isLetterOrDigit(text.charCodeAt(at))) continue;
    if (at > from) words += `${text.slice(from, at)} `;
    from = at + 1;
  }
  return words;
}

const isLetterOrDigit = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39);

const BLANK = 0x20;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * The number that each word is indexed by, in the order in which they come first: FNV-1a over its UTF-16 code units, in 32
 * bits. Two words may share one, so what is found by a term is looked at once more.
 * @param text as {@link spelt}, or several such.
 */
export function termsOf(text: string): number[] {
  const terms: number[] = [];
  let term = FNV_OFFSET;
  for (let at = 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit !== BLANK) {
      term = Math.imul(term ^ unit, FNV_PRIME);
      continue;
    }
    if (term !== FNV_OFFSET && !terms.includes(term)) terms.push(term);
    term = FNV_OFFSET;
  }
  return terms;
}

/** What a question's text asks for, {@link spelt}: words that stand for themselves, and such as must follow each other. */
export interface AskedText {
  wanted: string[];
  unwanted: string[];
}

/** Reads `word "some in a row" -without`. */
export function askedTextOf(text: string): AskedText {
  const asked: AskedText = { wanted: [], unwanted: [] };
  for (const [, minus, quoted, plain] of text.matchAll(/(-?)(?:"([^"]*)"?|([^\s"]+))/g)) {
    const words = spelt(quoted ?? plain ?? '');
    if (words !== ' ') (minus ? asked.unwanted : asked.wanted).push(words);
  }
  return asked;
}
