import { isDeepStrictEqual } from 'node:util';
import { ApiChanged, ApiPublished, ApiRetired, type ApiTerms } from '@gatehouse/contracts';
import type { Decider } from '@gatehouse/kernel';
import { storedEventsOf } from '../stored-events.js';
import { apiChangedMeanwhile, apiNotFound } from './api.errors.js';

export const apiEventOf = storedEventsOf(ApiPublished, ApiChanged, ApiRetired);

/** What can happen in the stream of a published API. */
export type ApiEvent = ReturnType<typeof apiEventOf>;

export type ApiCommand = { apiId: string } & (
  | { kind: 'publish'; terms: ApiTerms }
  | { kind: 'change'; terms: ApiTerms; version: number }
  | { kind: 'retire'; reason: string }
);

/** Where a published API is in its life. `version` is that of its stream. */
export type Api =
  | { readonly status: 'absent' | 'retired' }
  | { readonly status: 'published'; readonly version: number; readonly terms: ApiEventTerms };

type ApiEventTerms = Omit<Extract<ApiEvent, { type: 'catalog.api-published.v1' }>['data'], 'apiId'>;

/** The rules of a published API: changed as a whole, by who has seen it as it is; retired for good. */
export const apiDecider: Decider<ApiCommand, ApiEvent, Api> = {
  initial: { status: 'absent' },
  decide(command, api) {
    const { apiId } = command;
    switch (command.kind) {
      case 'publish':
        if (api.status !== 'absent') return [];
        return [{ type: ApiPublished.type, data: { apiId, ...command.terms } }];
      case 'change':
        if (api.status !== 'published') throw apiNotFound(apiId);
        if (isDeepStrictEqual(api.terms, command.terms)) return [];
        if (api.version !== command.version) throw apiChangedMeanwhile(apiId, api.version);
        return [{ type: ApiChanged.type, data: { apiId, ...command.terms } }];
      case 'retire':
        if (api.status === 'absent') throw apiNotFound(apiId);
        return api.status === 'retired'
          ? []
          : [{ type: ApiRetired.type, data: { apiId, reason: command.reason } }];
    }
  },
  evolve(api, event) {
    switch (event.type) {
      case 'catalog.api-published.v1':
      case 'catalog.api-changed.v1': {
        const { apiId: _id, ...terms } = event.data;
        const version = api.status === 'published' ? api.version + 1 : 1;
        return { status: 'published', version, terms };
      }
      case 'catalog.api-retired.v1':
        return { status: 'retired' };
    }
  },
};
