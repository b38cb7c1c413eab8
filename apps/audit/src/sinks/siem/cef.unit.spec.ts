import { describe, expect, it } from '@jest/globals';
import { events } from '@gatehouse/contracts';
import { goldenEntries, goldenEntry } from '../../../test/golden-entries.js';
import { cefOf } from './cef.js';

/** Splits at a character that no backslash stands before. */
function splitAt(text: string, separator: string, most: number): string[] {
  const parts = [''];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') parts[parts.length - 1] += text[i] + (text[++i] ?? '');
    else if (text[i] === separator && parts.length < most) parts.push('');
    else parts[parts.length - 1] += text[i];
  }
  return parts;
}

/** Reads a CEF line as its specification says, to see that whatever was written is read back. */
function parse(line: string) {
  const [version, ...header] = splitAt(line, '|', 8);
  const extension = header.pop()!;
  const fields = new Map<string, string>();
  for (const match of extension.matchAll(/(?:^| )([A-Za-z0-9]+)=((?:\\.|[^\\=])*?)(?= [A-Za-z0-9]+=|$)/gu)) {
    const unescaped = match[2].replaceAll(/\\(.)/gu, (_, c: string) => ({ n: '\n', r: '\r' })[c] ?? c);
    fields.set(match[1], unescaped);
  }
  return { version, header: header.map((part) => part.replaceAll(/\\([\\|])/gu, '$1')), fields };
}

describe('an entry in CEF', () => {
  it.each(goldenEntries().map((entry) => [entry.type, entry] as const))(
    'of %s has seven header fields and says who, what and where in the log',
    (type, entry) => {
      const { version, header, fields } = parse(cefOf(entry));
      expect(version).toBe('CEF:0');
      expect(header.slice(0, 4)).toEqual(['Gatehouse', 'audit', '1', type]);
      expect(Number(header[5])).toBeGreaterThanOrEqual(0);
      expect(Number(header[5])).toBeLessThanOrEqual(10);
      expect(Object.fromEntries(fields)).toMatchObject({
        rt: String(Date.parse(entry.at)),
        externalId: entry.eventId,
        cn1: String(entry.index),
        cs1: entry.tenant,
        cs3: entry.leafHash,
      });
      const secret = (entry.event['data'] as { secret?: { hash: string } }).secret;
      if (secret) expect(cefOf(entry)).not.toContain(secret.hash);
    },
  );

  it('has a golden entry for every event in force', () => {
    const covered = new Set(goldenEntries().map(({ type }) => type));
    expect(Object.values(events).filter(({ type }) => !covered.has(type))).toEqual([]);
  });

  it.each([
    'a|b\\|c',
    'k=v x=y',
    String.raw`trailing \ `.trim(),
    'line\nfeed\r\nreturn',
    'CEF:0|forged|x|1|2|3|10|act=allow',
    String.raw`already \n escaped \= twice \\`,
    'é “quotes” 🔑',
  ])('carries %j unharmed, in one line', (text) => {
    const revoked = goldenEntry('token.revoked.v1');
    const entry = { ...revoked, event: { ...revoked.event, data: { tokenId: 'tok_1', reason: text } } };
    const line = cefOf(entry);
    expect(line).not.toMatch(/[\r\n]/);
    expect(parse(line).fields.get('reason')).toBe(text);
    expect(parse(line).fields.get('act')).toBe('delete');
  });

  it('lets no type break out of the header', () => {
    const line = cefOf({ ...goldenEntry('token.revoked.v1'), type: 'x|9|\\|\nact=allow' });
    const { header, fields } = parse(line);
    expect(header[3]).toBe('x|9|\\| act=allow');
    expect(header).toHaveLength(6);
    expect(fields.get('act')).toBe('other');
  });

  it('replaces what a terminal would act on', () => {
    const entry = { ...goldenEntry('token.revoked.v1'), actor: 'token:\u001b[2J\u2028x\u0085' };
    expect(parse(cefOf(entry)).fields.get('suid')).toBe(' [2J x ');
  });
});
