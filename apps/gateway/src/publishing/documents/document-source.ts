import type { DocumentText } from '@gatehouse/contracts';
import { documentHash } from '@gatehouse/openapi';
import type { Logger } from '@gatehouse/service';
import type { DocumentFolder } from './document-folder.js';
import type { NamedDocument } from './named-document.js';

/** Asks the issuer; throws when it does not answer, or has no such document. */
export type AskForDocument = (named: Pick<NamedDocument, 'tenant' | 'document'>) => Promise<DocumentText>;

/** Where documents of published APIs come from: the folder beside the snapshot, else the issuer. */
export class DocumentSource {
  constructor(
    private readonly folder: DocumentFolder,
    private readonly ask: AskForDocument,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** What an earlier process has kept. */
  kept(document: string): Promise<string | undefined> {
    return this.folder.read(document);
  }

  /** @throws Error for what cannot be had now, or is not what its name says. */
  async text({ tenant, document }: NamedDocument): Promise<string> {
    const kept = await this.folder.read(document);
    if (kept !== undefined) return kept;
    const { text } = await this.ask({ tenant, document });
    if (documentHash(text) !== document) throw new Error('what the issuer answers has another hash');
    await this.keep(document, text);
    return text;
  }

  async keepOnly(documents: ReadonlySet<string>): Promise<void> {
    await this.attempt(() => this.folder.keepOnly(documents), 'documents cannot be removed');
  }

  private keep(document: string, text: string): Promise<void> {
    return this.attempt(
      () => this.folder.write(document, text),
      'a document cannot be kept: after a restart without the issuer its API is not served',
    );
  }

  /** What is in force does not wait for the disk to be well. */
  private async attempt(work: () => Promise<void>, trouble: string): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn({ err: error }, trouble);
    }
  }
}
