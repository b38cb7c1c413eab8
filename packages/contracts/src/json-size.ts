const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/**
 * Arguments of `refine` that bound a value by its JSON text in UTF-8, which is what an event holds of it: an entry of the
 * audit log has at most 65,535 bytes (C2SP tlog-tiles), so no body may lead to a larger event.
 */
export const atMostBytes = (most: number, what: string) =>
  [
    (value: unknown): boolean => bytesOf(value) <= most,
    {
      error: ({ input }: { input?: unknown }): string =>
        `${what} has ${bytesOf(input).toLocaleString('en')} bytes as JSON in UTF-8; at most ${most.toLocaleString('en')} are kept: shorten it`,
    },
  ] as const;
