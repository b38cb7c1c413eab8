import { describe, expect, it } from '@jest/globals';
import { searchRowOf } from './search-row.js';
import { termsOf } from './search-words.js';

const rowOf = (data: unknown, change: object = {}) =>
  searchRowOf({
    index: '7',
    type: 'token.issued.v1',
    subject: 'tok_1',
    tenant: 'acme',
    actor: 'token:tok_admin',
    token: 'tok_1',
    at: '1970-01-01 00:00:00+00',
    canonical: JSON.stringify({ data }),
    ...change,
  });

describe('what an entry is found by', () => {
  it('is its application, its person and its address, where the event names them', () => {
    const data = { applicationId: 'app_1', userId: 'usr_1', clientAddress: '2001:db8::1' };
    expect(rowOf(data)).toMatchObject({ application: 'app_1', person: 'usr_1', address: '2001:db8::1' });
    expect(rowOf({}, { subject: 'app_2', actor: 'user:usr_2' })).toMatchObject({
      application: 'app_2',
      person: 'usr_2',
      address: null,
    });
    expect(rowOf({ clientAddress: 'fe80::1%eth0' }).address).toBeNull();
    expect(rowOf({ clientAddress: 'somewhere', userId: 'u'.repeat(201) })).toMatchObject({
      address: null,
      person: null,
    });
  });

  it('is how it ended: as the event says, or as its type does', () => {
    expect(rowOf({ outcome: 'refused' }).outcome).toBe('refused');
    expect(rowOf({}, { type: 'user.sign-in-failed.v1' }).outcome).toBe('failure');
    expect(rowOf({}).outcome).toBe('success');
  });

  it('is every word of it, but none that is personal or a hash', () => {
    const { words } = rowOf({
      name: 'nightly build',
      metadata: { team: 'payments' },
      scopes: ['orders:read'],
      secret: { last4: 'abcd', hash: 'unreadable' },
      clientAddress: '192.0.2.7',
      contact: { email: 'ann@example.com', userAgent: 'curl/8' },
    });
    for (const word of ['tok', '1', 'nightly', 'build', 'team', 'payments', 'orders', 'read', 'abcd'])
      expect(words).toContain(` ${word} `);
    for (const word of ['unreadable', '192', 'example', 'curl', 'metadata', 'scopes'])
      expect(words).not.toContain(word);
  });

  it('is a number for every different word, those first that stay when its body goes', () => {
    const whole = rowOf({ name: 'admin fox', note: 'fox', of: 'tok_1' });
    expect(whole.words).toBe(' token issued v1 tok 1 token tok admin | admin fox fox ');
    const stays = rowOf({}, { canonical: null }).terms;
    expect(stays).toHaveLength(6);
    expect(whole.terms).toEqual([...stays, ...termsOf(' fox ')]);
  });

  it('is what the log still says of it, once its body has expired', () => {
    expect(rowOf({}, { canonical: null })).toMatchObject({
      type: 'token.issued.v1',
      token: 'tok_1',
      words: ' token issued v1 tok 1 token tok admin | ',
    });
  });
});
