/** What a client would rather be answered (RFC 7240). */
export interface Preference {
  readonly status: string | undefined;
  readonly example: string | undefined;
}

const NOTHING: Preference = { status: undefined, example: undefined };

/** A name, and a value that may stand between quotes. */
const ONE = /^\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s";]*))\s*$/;

/** Reads `Prefer: status=404, example=none`; `code` is another name of `status` that mock servers have. */
export function preferenceOf(header: string | undefined): Preference {
  if (header === undefined) return NOTHING;
  const given = new Map<string, string>();
  for (const part of header.split(/[,;]/)) {
    const [, name, quoted, plain] = ONE.exec(part) ?? [];
    // RFC 7240 §2: of two with one name the first counts.
    if (name !== undefined && !given.has(name.toLowerCase()))
      given.set(name.toLowerCase(), quoted ?? plain ?? '');
  }
  return { status: given.get('status') ?? given.get('code'), example: given.get('example') };
}
