/** A JSON Pointer (RFC 6901) taken apart; `/` stands between parts, `~1` for a slash in one and `~0` for a tilde. */
export const partsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** A pointer to what lies below another. */
export const below = (pointer: string, ...parts: readonly (string | number)[]): string =>
  parts.reduce<string>(
    (made, part) => `${made}/${`${part}`.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    pointer,
  );
