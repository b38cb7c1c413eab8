import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleData } from '@gatehouse/testing';

const FOLDER = sampleData('llhttp');
const CASE =
  /<!-- meta=(\{.*?\}) -->\s*```http\n((?:(?!```)[\s\S])*)```[^`]*```log\n((?:(?!```)[\s\S])*)```/g;

/** One parsing case of llhttp: bytes, and what its authors say a strict parser makes of them. */
export interface LlhttpCase {
  readonly name: string;
  readonly bytes: string;
  /** How many messages a strict parser begins to take: their heads are whole. */
  readonly messages: number;
}

/** The cases for requests under strict rules; none where they are not at hand. */
export function llhttpCases(): LlhttpCase[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) =>
      [...readFileSync(join(FOLDER, name), 'utf8').matchAll(CASE)]
        .filter(([, meta]) => (JSON.parse(meta) as { type: string }).type === 'request')
        .map(([, , input, log], i) => ({
          name: `${name} ${i + 1}`,
          bytes: bytesOf(input),
          messages: log.match(/headers complete/g)?.length ?? 0,
        })),
    );
}

/** As llhttp's own test runner reads them. */
const bytesOf = (input: string): string =>
  input
    .replace(/\n$/, '')
    .replaceAll(/\\\n/g, '')
    .replaceAll('\n', '\r\n')
    .replaceAll('\\r', '\r')
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t')
    .replaceAll('\\f', '\f')
    .replaceAll(/\\x([0-9a-fA-F]+)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
