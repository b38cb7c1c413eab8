import { describe, expect, it } from '@jest/globals';
import {
  ChangeApiBody,
  IssueTokenBody,
  PublishApiBody,
  RegisterApplicationBody,
  UpdateApplicationBody,
  UpdateTokenBody,
} from '../src/index.js';

const LARGEST_ENTRY = 65_535;
/** Everything in an event beside what a body brings. */
const ENVELOPE = 4_096;

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const metadataOf = (bytes: number) =>
  Object.fromEntries(
    Array.from({ length: 32 }, (_, i) => [
      `k${String(i).padStart(2, '0')}`,
      '\u{1F511}'.repeat(Math.floor((bytes - 2) / 32 - 9) / 4),
    ]),
  );

const largestToken = {
  name: '\u0001'.repeat(200),
  scopes: Array.from({ length: 100 }, (_, i) => `s${i}`.padEnd(128, 'x')),
  ipAllow: Array.from({ length: 100 }, () => '2001:db8:1111:2222:3333:4444:5555:6666/128'),
  ipDeny: Array.from({ length: 100 }, () => '2001:db8:1111:2222:3333:4444:5555:7777/128'),
  metadata: metadataOf(16_000),
};

const applicationOf = (uris: number) => ({
  name: 'n',
  grantTypes: ['authorization_code'],
  redirectUris: Array.from({ length: uris }, (_, i) => `https://a.example/${i}/`.padEnd(500, 'x')),
  postLogoutRedirectUris: Array.from({ length: uris }, (_, i) => `https://b.example/${i}/`.padEnd(500, 'x')),
});

const apiOf = (routes: number) => ({
  name: 'n',
  upstream: 'https://orders.example',
  routes: Array.from({ length: routes }, (_, i) => ({
    path: `/${i}/`.padEnd(512, 'x'),
    scopes: { GET: largestToken.scopes.slice(0, 10) },
  })),
});

describe('a body', () => {
  it('that is taken leads to an event that fits into an entry of the audit log', () => {
    const { metadata } = IssueTokenBody.parse(largestToken);
    expect(bytesOf(metadata)).toBeGreaterThan(15_000);
    expect(bytesOf(largestToken) + ENVELOPE).toBeLessThan(LARGEST_ENTRY);
    expect(bytesOf(PublishApiBody.parse(apiOf(15))) + ENVELOPE).toBeLessThan(LARGEST_ENTRY);
    expect(bytesOf(RegisterApplicationBody.parse(applicationOf(30))) + ENVELOPE).toBeLessThan(LARGEST_ENTRY);
  });

  it.each([
    ['token', IssueTokenBody, { ...largestToken, metadata: metadataOf(18_000) }, 'metadata has 1'],
    ['change of a token', UpdateTokenBody, { metadata: metadataOf(18_000) }, 'metadata has 1'],
    ['API', PublishApiBody, apiOf(50), 'the API has 9'],
    ['change of an API', ChangeApiBody, { ...apiOf(50), version: 1 }, 'the API has 9'],
    ['application', RegisterApplicationBody, applicationOf(40), 'the application has 4'],
    [
      'change of an application',
      UpdateApplicationBody,
      {
        redirectUris: applicationOf(40).redirectUris,
        postLogoutRedirectUris: applicationOf(40).postLogoutRedirectUris,
      },
      'the application has 4',
    ],
  ])('of a %s that does not fit is refused, and the refusal names the bound', (_, schema, body, rule) => {
    const { error } = schema.safeParse(body);
    expect(error?.issues[0]?.message).toContain(rule);
    expect(error?.issues[0]?.message).toMatch(/bytes as JSON in UTF-8; at most (16,384|32,768) are kept/);
  });
});
