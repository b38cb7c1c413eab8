import { join } from 'node:path';
import type { IssuerApi } from '@gatehouse/client';
import type { Logger } from '@gatehouse/service';
import { loggedCall } from '../../tokens/logged-call.js';
import { DocumentFolder } from './document-folder.js';
import { DocumentSource } from './document-source.js';
import type { NamedDocument } from './named-document.js';
import { PublishedDocuments } from './published-documents.js';

/** @param dir where the spool lies. */
export function documentsFrom(
  issuer: Pick<IssuerApi, 'apiDocument'>,
  dir: string,
  logger: Pick<Logger, 'warn'>,
): PublishedDocuments {
  const ask = loggedCall(
    ({ tenant, document }: Pick<NamedDocument, 'tenant' | 'document'>) =>
      issuer.apiDocument(tenant, document),
    'documents of published APIs cannot be had',
    logger,
  );
  return new PublishedDocuments(new DocumentSource(new DocumentFolder(join(dir, 'documents')), ask, logger));
}
