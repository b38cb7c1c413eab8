import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import { readTextFile } from '../read-text-file.js';

/** An OpenAPI document that a file of an API names by its path. */
export interface LocalDocument {
  readonly path: string;
  readonly text: string;
}

const Something = z.record(z.string(), z.unknown());
type Something = z.infer<typeof Something>;

/** Documents that a file of an API names as gateway.yaml does: `openapi: { file: … }` and `mock: { openapi: … }`. */
export class LocalDocuments {
  private readonly byPath = new Map<string, LocalDocument>();

  /** @param folder what paths are relative to. */
  constructor(private readonly folder: string) {}

  get all(): readonly LocalDocument[] {
    return [...this.byPath.values()];
  }

  /**
   * Puts the hashes of documents in the place of their paths.
   * @param value what a file says of an API. What is wrong with it stays as it is.
   * @throws UsageError when a document cannot be read.
   */
  async resolvedIn(value: unknown): Promise<unknown> {
    const api = await this.resolvedBeside(value);
    const { data } = Something.safeParse(api);
    if (!Array.isArray(data?.['routes'])) return api;
    const routes: unknown[] = [];
    for (const route of data['routes']) routes.push(await this.resolvedBeside(route));
    return { ...data, routes };
  }

  /** Those that stand in one object: the API itself, or one of its routes. */
  private async resolvedBeside(value: unknown): Promise<unknown> {
    const { data } = Something.safeParse(value);
    if (!data) return value;
    return {
      ...data,
      ...(await this.word(data, 'openapi', 'file')),
      ...(await this.word(data, 'mock', 'openapi')),
    };
  }

  private async word(said: Something, word: string, field: string): Promise<Something> {
    const { [field]: file, ...others } = Something.safeParse(said[word]).data ?? {};
    return typeof file === 'string' ? { [word]: { ...others, document: await this.hashOf(file) } } : {};
  }

  private async hashOf(file: string): Promise<string> {
    const path = resolve(this.folder, file);
    const { text } = this.byPath.get(path) ?? { text: await readTextFile(path) };
    this.byPath.set(path, { path, text });
    return `sha256:${createHash('sha256').update(text).digest('hex')}`;
  }
}
