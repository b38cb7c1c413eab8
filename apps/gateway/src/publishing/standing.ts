import type { DocumentsAtHand } from './documents/published-documents.js';
import type { Offer, PublishedApi } from './published-api.js';

/** The version of an API that is to be served. */
export interface Standing {
  readonly api: PublishedApi;
  /** What it is to be, in the end. */
  readonly latest: Offer;
  /** What the latest version waits for; `null`: nothing, and it is the one. */
  readonly awaited: string | null;
}

/** The latest version; while a document that it names is not here, the one before, if that has all of its own. */
export function standingOf(published: PublishedApi, documents: DocumentsAtHand): Standing {
  const { former, ...api } = published;
  const { offer: latest } = api;
  const awaited = documents.awaitedBy(latest);
  const isOnItsWay = awaited !== null && former !== undefined && documents.awaitedBy(former.offer) === null;
  return { api: isOnItsWay ? { ...api, ...former } : api, latest, awaited };
}
