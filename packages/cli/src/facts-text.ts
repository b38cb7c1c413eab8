/** What is known of one thing, by name; what is not there is left out. */
export type Facts = Readonly<Record<string, string | number | undefined>>;

const NAME_WIDTH = 13;

/** A fact a line, for people. */
export const factsText = (facts: Facts): string =>
  Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(NAME_WIDTH)} ${value}`)
    .join('\n');
