import {
  BODIES,
  HOSTS,
  LENGTHS,
  LINE_ENDS,
  METHODS,
  TARGETS,
  TRANSFER_ENCODINGS,
  VERSIONS,
} from './smuggling-parts.js';

/** A number from 0 to 1, excluded; the same in every run (Lehmer's generator). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** One message that two parsers may take for different numbers of requests. */
export interface Mutation {
  readonly id: string;
  readonly bytes: string;
}

/**
 * Messages of a client who may call `/demo/*`, each mutated in one to four places, with a request hidden in it that
 * nobody authorised: it carries no token, and its target says `hidden`.
 */
export function mutations(count: number, seed: number, authorization: string): Mutation[] {
  const random = seeded(seed);
  const one = (from: readonly string[]) => from[Math.floor(random() * from.length)];
  const maybe = (chance: number, from: readonly string[]) => (random() < chance ? one(from) : from[0]);
  return Array.from({ length: count }, (_, i) => {
    const id = `m${i}`;
    const hidden = `GET /demo/hidden-${id} HTTP/1.1\r\nHost: a\r\n\r\n`;
    const body = one(BODIES).replace('HIDDEN', hidden);
    const framing = random();
    const length = framing < 0.75 ? one(LENGTHS).replaceAll('N', `${body.length}`) : undefined;
    const coding = framing > 0.4 ? one(TRANSFER_ENCODINGS) : undefined;
    const end = maybe(0.25, LINE_ENDS);
    const head = [
      `${maybe(0.3, METHODS)} ${maybe(0.3, TARGETS).replaceAll('ID', id)} ${maybe(0.2, VERSIONS)}`,
      ...shuffled([maybe(0.3, HOSTS), `Authorization: ${authorization}`, length, coding], random),
    ];
    return { id, bytes: `${head.join(end)}${end}${end}${body}` };
  });
}

function shuffled(lines: (string | undefined)[], random: () => number): string[] {
  return lines
    .filter((line) => line !== undefined)
    .map((line) => ({ line, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ line }) => line);
}
