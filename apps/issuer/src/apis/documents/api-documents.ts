import type { DocumentText, UploadedDocument } from '@gatehouse/contracts';
import { JoiningDataSource } from '@gatehouse/event-store';
import { checkDocument, documentHash } from '@gatehouse/openapi';
import { Inject, Injectable } from '@nestjs/common';
import {
  documentMistaken,
  documentNotFound,
  tooManyChecks,
  tooManyDocuments,
} from './api-document.errors.js';

/** Of a tenant: gateways keep those that its APIs name, compiled. */
export const MOST_DOCUMENTS = 100;
/** Each takes a core and some 100 MB while it lasts. */
const CHECKS_AT_ONCE = 2;

/**
 * OpenAPI documents that tenants upload for their APIs to name. They are kept by their content, and for as long as an API
 * names them: a day after the last of them has let go of it, a document goes with the next upload.
 */
@Injectable()
export class ApiDocuments {
  private checks = 0;

  constructor(@Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource) {}

  /** @throws DomainError `body-invalid` with its first mistake; `conflict` for one too many; `too-many-at-once`. */
  async upload(tenant: string, text: string, actor: string): Promise<UploadedDocument> {
    await this.check(text);
    const content = Buffer.from(text, 'utf8');
    const document = documentHash(text);
    await this.dataSource.asOne(async () => {
      await this.forgetUnnamed(tenant);
      await this.dataSource.query(
        `insert into api_document (tenant, document, content, uploaded_by) values ($1, $2, $3, $4)
         on conflict (tenant, document) do update set held_at = now()`,
        [tenant, document, content, actor],
      );
      if ((await this.count(tenant)) > MOST_DOCUMENTS) throw tooManyDocuments(MOST_DOCUMENTS);
    });
    return { document, bytes: content.length };
  }

  /**
   * Keeps documents for who is about to name them, in the transaction of the caller.
   * @throws DomainError `not-found` for one that the tenant does not have.
   */
  async hold(tenant: string, documents: readonly string[]): Promise<void> {
    if (documents.length === 0) return;
    // In one order, so that two who name the same ones never wait for each other.
    const [held] = await this.dataSource.query<[{ document: string }[], number]>(
      `update api_document set held_at = now()
       where (tenant, document) in (
         select tenant, document from api_document where tenant = $1 and document = any($2) order by document for update
       ) returning document`,
      [tenant, documents],
    );
    const known = new Set(held.map(({ document }) => document));
    const stranger = documents.find((document) => !known.has(document));
    if (stranger !== undefined) throw documentNotFound(stranger);
  }

  /** @throws DomainError `not-found`, also for another tenant's. */
  async get(tenant: string, document: string): Promise<DocumentText> {
    const [row] = await this.dataSource.query<{ content: Buffer }[]>(
      'select content from api_document where tenant = $1 and document = $2',
      [tenant, document],
    );
    if (!row) throw documentNotFound(document);
    return { document, text: row.content.toString('utf8') };
  }

  private async check(text: string): Promise<void> {
    if (this.checks >= CHECKS_AT_ONCE) throw tooManyChecks();
    this.checks++;
    try {
      const mistake = await checkDocument(text);
      if (mistake) throw documentMistaken(mistake);
    } finally {
      this.checks--;
    }
  }

  /** Whoever is naming one at this moment has held it, so that the condition is asked again of what he left. */
  private async forgetUnnamed(tenant: string): Promise<void> {
    await this.dataSource.query(
      `delete from api_document d
       where d.tenant = $1 and d.held_at < now() - interval '1 day' and not exists (
         select from api where api.tenant = d.tenant and jsonb_path_exists(
           api.terms, '$.**.document ? (@ == $document)', jsonb_build_object('document', d.document)))`,
      [tenant],
    );
  }

  private async count(tenant: string): Promise<number> {
    const [row] = await this.dataSource.query<{ documents: number }[]>(
      'select count(*)::int as documents from api_document where tenant = $1',
      [tenant],
    );
    return row!.documents;
  }
}
