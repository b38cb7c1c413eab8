import { mistakeIn } from '../../openapi/api-documents.js';
import { compiled, type LoadedApi } from '../../openapi/loaded-api.js';
import { sourceOf } from '../../openapi/read-document.js';
import type { Offer, PublishedApi } from '../published-api.js';
import type { DocumentSource } from './document-source.js';
import { keyOf, namedIn, type NamedDocument } from './named-document.js';
import { Retries } from './retries.js';

/** What of the documents that APIs name is here. */
export interface DocumentsAtHand {
  of(document: string): LoadedApi | undefined;
  /** What an API still waits for; `null`: nothing. */
  awaitedBy(offer: Offer): string | null;
  /** Why it waits no more, and cannot be served. */
  faultIn(offer: Offer): string | undefined;
}

/**
 * The documents that published APIs name, compiled: those that somebody wants, and no others. What is not here is asked for
 * until it is.
 */
export class PublishedDocuments implements DocumentsAtHand {
  /** Told when what is at hand, or why it is not, has become different. */
  onChange: () => void = () => {};
  private readonly loaded = new Map<string, LoadedApi>();
  private readonly faults = new Map<string, string>();
  private readonly troubles = new Map<string, string>();
  /** Absent: nobody has said yet. */
  private wanted: ReadonlyMap<string, NamedDocument> | undefined;
  /** Works on the disk one after the other: nothing is removed while something else is written. */
  private readonly retries = new Retries(() => this.fetchAll());

  constructor(private readonly source: DocumentSource) {}

  of(document: string): LoadedApi | undefined {
    return this.loaded.get(document);
  }

  awaitedBy(offer: Offer): string | null {
    const missing = namedIn(offer).find((named) => this.isAwaited(named));
    if (!missing) return null;
    const trouble = this.troubles.get(keyOf(missing));
    return `its document ${missing.document} is not here yet${trouble === undefined ? '' : `: ${trouble}`}`;
  }

  faultIn(offer: Offer): string | undefined {
    return namedIn(offer).flatMap((named) => this.faults.get(keyOf(named)) ?? [])[0];
  }

  /** Begins with what an earlier process has kept for these. */
  async restore(apis: readonly PublishedApi[]): Promise<void> {
    const versions = apis.flatMap(({ offer, former }) => [offer, ...(former ? [former.offer] : [])]);
    for (const named of versions.flatMap(namedIn)) {
      const text = await this.source.kept(named.document);
      if (text !== undefined) await this.compile(named, text);
    }
  }

  /** From now on these are kept or asked for, and no others. */
  want(named: readonly NamedDocument[]): void {
    const wanted = new Map(named.map((one) => [keyOf(one), one]));
    const before = this.wanted;
    this.wanted = wanted;
    if (before?.size === wanted.size && named.every((one) => before.has(keyOf(one)))) return;
    const documents = this.documents();
    for (const document of this.loaded.keys()) if (!documents.has(document)) this.loaded.delete(document);
    for (const known of [this.faults, this.troubles])
      for (const key of known.keys()) if (!wanted.has(key)) known.delete(key);
    this.retries.now();
  }

  stop(): void {
    this.retries.stop();
  }

  private async fetchAll(): Promise<boolean> {
    await this.source.keepOnly(this.documents());
    for (const [key, named] of this.wanted ?? [])
      if (this.isAwaited(named)) {
        const trouble = await this.fetch(named);
        const isNews = !this.isAwaited(named) || this.troubles.get(key) !== trouble;
        if (trouble !== undefined) this.troubles.set(key, trouble);
        if (isNews) this.onChange();
      }
    return [...(this.wanted?.values() ?? [])].every((named) => !this.isAwaited(named));
  }

  /** @returns why it cannot be had now. */
  private async fetch(named: NamedDocument): Promise<string | undefined> {
    try {
      await this.compile(named, await this.source.text(named));
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Never throws: what cannot be compiled today cannot be tomorrow. */
  private async compile(named: NamedDocument, text: string): Promise<void> {
    const source = sourceOf('its document', text);
    try {
      this.loaded.set(named.document, await compiled(source, named.use, this.loaded.get(named.document)));
    } catch (error) {
      const why = mistakeIn(source, error) ?? (error instanceof Error ? error.message : String(error));
      this.faults.set(keyOf(named), `this gateway cannot use ${named.document}: ${why}`);
    }
  }

  private isAwaited(named: NamedDocument): boolean {
    return this.loaded.get(named.document)?.[named.use] === undefined && !this.faults.has(keyOf(named));
  }

  private documents(): ReadonlySet<string> {
    return new Set([...(this.wanted?.values() ?? [])].map(({ document }) => document));
  }
}
