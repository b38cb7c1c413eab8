import { type ApiDocument, DocumentMistake, type Located, essenceOf, isJson } from '@gatehouse/openapi';
import { sample } from 'openapi-sampler';

/** The examples of one media type, as they are sent. */
export interface ExampleBodies {
  /** As the document writes it. */
  readonly type: string;
  /** Where nobody asks for one by name. */
  readonly usual: Buffer;
  readonly byName: ReadonlyMap<string, Buffer>;
}

/** Made once: the document's own example before a named one, and either before what the schema lets us make up. */
export function exampleBodiesOf(document: ApiDocument, type: string, media: Located): ExampleBodies {
  const byName = new Map(
    document
      .children(document.child(media, 'examples'))
      .filter(([, { node }]) => 'value' in node)
      .map(([name, { node }]) => [name, bytesOf(type, node['value'])]),
  );
  const [first] = byName.values();
  const own = 'example' in media.node ? bytesOf(type, media.node['example']) : first;
  return { type, byName, usual: own ?? bytesOf(type, madeUp(document, document.child(media, 'schema'))) };
}

/** What a schema gives as an example, or one that keeps to it. */
export function madeUp(document: ApiDocument, schema: Located | undefined): unknown {
  if (!schema) return undefined;
  try {
    const shown = schema.node as Parameters<typeof sample>[0];
    return sample(shown, { quiet: true, skipWriteOnly: true }, document.root);
  } catch (error) {
    throw new DocumentMistake(schema.pointer, `no example can be made: ${(error as Error).message}`);
  }
}

function bytesOf(type: string, value: unknown): Buffer {
  if (value === undefined) return Buffer.alloc(0);
  return Buffer.from(typeof value === 'string' && !isJson(essenceOf(type)) ? value : JSON.stringify(value));
}
