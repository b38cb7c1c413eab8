import { given } from '@gatehouse/testing';
import { describe, it } from '@jest/globals';
import { apiDecider, type ApiEvent } from './api.decider.js';

const apiId = `api_${'a'.repeat(32)}`;
const terms = {
  name: 'Orders',
  description: '',
  upstream: 'https://orders.example',
  routes: [{ path: '/orders/*', scopes: { '*': ['orders:read'] } }],
};
const published: ApiEvent = { type: 'catalog.api-published.v1', data: { apiId, ...terms } };
const moved = { ...terms, upstream: 'https://new.example' };
const changed: ApiEvent = { type: 'catalog.api-changed.v1', data: { apiId, ...moved } };
const retired: ApiEvent = { type: 'catalog.api-retired.v1', data: { apiId, reason: 'over' } };
const change = (version: number, to = moved) => ({ kind: 'change', apiId, terms: to, version }) as const;
const retire = { kind: 'retire', apiId, reason: 'over' } as const;

describe('a published API', () => {
  it('is published once', () => {
    const publish = { kind: 'publish', apiId, terms } as const;
    given(apiDecider, []).when(publish).then([published]);
    given(apiDecider, [published]).when(publish).then([]);
  });

  it('is changed by who has seen it as it is', () => {
    given(apiDecider, [published]).when(change(1)).then([changed]);
    given(apiDecider, [published, changed]).when(change(1, terms)).thenThrows('conflict');
    given(apiDecider, [published, changed])
      .when(change(2, terms))
      .then([{ ...changed, data: published.data }]);
  });

  it('is what a repeated change asked for already', () => {
    given(apiDecider, [published, changed]).when(change(1)).then([]);
  });

  it('is retired once and for good', () => {
    given(apiDecider, [published]).when(retire).then([retired]);
    given(apiDecider, [published, retired]).when(retire).then([]);
    given(apiDecider, [published, retired]).when(change(1)).thenThrows('not-found');
  });

  it('cannot be changed or retired before there is one', () => {
    given(apiDecider, []).when(change(1)).thenThrows('not-found');
    given(apiDecider, []).when(retire).thenThrows('not-found');
  });
});
