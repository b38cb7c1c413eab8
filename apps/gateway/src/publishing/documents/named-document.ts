import type { DocumentUse } from '../../openapi/loaded-api.js';
import { needsOf } from '../../openapi/api-documents.js';
import type { Offer } from '../published-api.js';

/** A document that routes of a published API name, whose it is, and what for. */
export interface NamedDocument {
  readonly tenant: string;
  readonly document: string;
  readonly use: DocumentUse;
}

export const keyOf = ({ document, use }: NamedDocument): string => `${use} ${document}`;

/** Each once for each use. */
export function namedIn(offer: Offer): NamedDocument[] {
  if (offer.status === 'unreadable') return [];
  const named = offer.routes.flatMap((route) =>
    needsOf(route).map(({ file: document, use }) => ({ tenant: route.tenant, document, use })),
  );
  return [...new Map(named.map((one) => [keyOf(one), one])).values()];
}
