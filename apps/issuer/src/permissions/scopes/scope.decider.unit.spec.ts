import { isInstanceOf, ScopeName } from '@gatehouse/contracts';
import { given } from '@gatehouse/testing';
import { describe, expect, it } from '@jest/globals';
import { scopeDecider, type ScopeEvent } from './scope.decider.js';

const name = 'invoice:read';
const terms = { category: 'Invoices', description: 'Read invoices' };
const define = { kind: 'define', name, ...terms } as const;
const retire = { kind: 'retire', name } as const;
const defined: ScopeEvent = { type: 'scope.defined.v1', data: { name, ...terms } };
const retired: ScopeEvent = { type: 'scope.retired.v1', data: { name } };

describe('a tenant’s own scope', () => {
  it('is defined, described anew, retired and brought back', () => {
    given(scopeDecider, []).when(define).then([defined]);
    given(scopeDecider, [defined]).when(define).then([]);
    given(scopeDecider, [defined])
      .when({ ...define, description: 'Read all invoices' })
      .then([{ type: 'scope.defined.v1', data: { name, ...terms, description: 'Read all invoices' } }]);
    given(scopeDecider, [defined]).when(retire).then([retired]);
    given(scopeDecider, [defined, retired]).when(retire).then([]);
    given(scopeDecider, [defined, retired]).when(define).then([defined]);
    given(scopeDecider, []).when(retire).thenThrows('not-found');
  });

  it('takes no name that means something already', () => {
    for (const taken of ['tokens:write', 'role:owner', 'openid', 'a b', 'a:{b', 'a:{b}c'])
      expect(ScopeName.safeParse(taken).success).toBe(false);
    for (const free of ['invoice:read', 'invoice:read:{user_id}', 'user:123'])
      expect(ScopeName.safeParse(free).success).toBe(true);
  });

  it('is the pattern of scopes with a value in each place', () => {
    expect(isInstanceOf('invoice:read:{user_id}', 'invoice:read:42')).toBe(true);
    for (const other of ['invoice:read', 'invoice:read:', 'invoice:write:42', 'invoice:read:4:2'])
      expect(isInstanceOf('invoice:read:{user_id}', other)).toBe(false);
  });
});
