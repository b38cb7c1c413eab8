import { describe, expect, it } from '@jest/globals';
import { parseAccessLogLine } from './access-log-entry.js';

const line = (request: string, rest = '200 12 "-" "-"') =>
  `192.0.2.1 - - [17/May/2015:10:05:03 +0200] "${request}" ${rest}`;

describe('parseAccessLogLine', () => {
  it('reads every field of the combined format', () => {
    const text =
      '2001:db8::1 - ann lee [17/May/2015:10:05:03 +0200] "GET /a?b=c HTTP/1.1" 206 99 "http://r/" "Mozilla (X)"';
    expect(parseAccessLogLine(text)).toEqual({
      client: '2001:db8::1',
      atMs: Date.UTC(2015, 4, 17, 8, 5, 3),
      method: 'GET',
      target: '/a?b=c',
      status: 206,
      bytes: 99,
      referrer: 'http://r/',
      userAgent: 'Mozilla (X)',
    });
  });

  it('takes "-" for no bytes, no referrer, no agent', () => {
    expect(parseAccessLogLine(line('GET / HTTP/1.1', '304 - "-" "-"'))).toMatchObject({
      bytes: 0,
      referrer: '',
      userAgent: '',
    });
  });

  it('reads the common format, which ends after the size', () => {
    expect(parseAccessLogLine(line('GET / HTTP/1.1', '200 7'))).toMatchObject({ bytes: 7, userAgent: '' });
  });

  it('reads a line cut off in the agent', () => {
    expect(parseAccessLogLine(line('GET / HTTP/1.1', '200 7 "-" "Mozilla/5.0 (comp'))).toMatchObject({
      status: 200,
      userAgent: 'Mozilla/5.0 (comp',
    });
  });

  it('passes over fields that follow', () => {
    expect(parseAccessLogLine(line('GET / HTTP/1.1', '200 7 "-" "curl" "10.0.0.1" 0.003'))).toMatchObject({
      userAgent: 'curl',
    });
  });

  it('undoes escapes of Apache and of nginx', () => {
    const rest = String.raw`200 1 "-" "say \"hi\" \x41\\"`;
    expect(parseAccessLogLine(line(String.raw`GET /\xc3\xa4 HTTP/1.1`, rest))).toMatchObject({
      target: '/Ã¤',
      userAgent: String.raw`say "hi" A\ `.trim(),
    });
  });

  it('keeps spaces in the target and does without a version', () => {
    expect(parseAccessLogLine(line('GET /a b HTTP/1.1'))?.target).toBe('/a b');
    expect(parseAccessLogLine(line('GET /old'))?.target).toBe('/old');
  });

  it('keeps a request whose time cannot be read', () => {
    const text = line('GET / HTTP/1.1').replace('17/May', '17/Mai');
    expect(parseAccessLogLine(text)).toMatchObject({ atMs: undefined, status: 200 });
  });

  it.each([
    ['nothing', ''],
    ['a TLS greeting on the plain port', line(String.raw`\x16\x03\x01`)],
    ['a connection without a request', line('-', '408 -')],
    ['a line cut off before the status', '192.0.2.1 - - [17/May/2015:10:05:03 +0200] "GET / HT'],
    ['something else', 'May 17 10:05:03 host sshd[1]: Connection closed'],
  ])('makes no request of %s', (_, text) => {
    expect(parseAccessLogLine(text)).toBeUndefined();
  });

  it('stays quick on hostile lines', () => {
    const started = performance.now();
    for (const text of [line('\\'.repeat(60_000)), line(`GET ${'a '.repeat(30_000)}`), '['.repeat(60_000)])
      parseAccessLogLine(text);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
