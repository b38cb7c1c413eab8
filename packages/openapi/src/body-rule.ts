import type { ApiDocument, Located } from './api-document.js';
import type { SchemaCheck, SchemaChecks } from './schema-checks.js';

/** What an operation says of its body. */
export interface BodyRule {
  readonly isRequired: boolean;
  /** Media types, the most specific first. */
  readonly media: readonly MediaRule[];
}

/** A media type that is taken. */
export interface MediaRule {
  /** `application/json`, a range such as text/*, or everything. */
  readonly range: string;
  readonly schema: SchemaCheck | undefined;
}

export function bodyRuleOf(document: ApiDocument, at: Located, checks: SchemaChecks): BodyRule {
  const media = document.children(document.child(at, 'content')).map(([range, described]) => {
    const schema = document.child(described, 'schema');
    const essence = essenceOf(range);
    return { range: essence, schema: schema && mayBeJson(essence) ? checks.of(schema) : undefined };
  });
  media.sort((a, b) => stars(a.range) - stars(b.range));
  return { isRequired: at.node['required'] === true, media };
}

/** @param essence type and subtype of what was sent. */
export const mediaFor = ({ media }: BodyRule, essence: string): MediaRule | undefined =>
  media.find(
    ({ range }) =>
      range === essence ||
      range === '*/*' ||
      (range.endsWith('/*') && essence.startsWith(range.slice(0, -1))),
  );

/** A media type without its parameters (RFC 9110 §8.3.1). */
export const essenceOf = (type: string): string => type.split(';', 1)[0]!.trim().toLowerCase();

/** RFC 8259, RFC 6839 §3.1. */
export const isJson = (essence: string): boolean => /^application\/(?:[\w.!#$&^-]+\+)?json$/.test(essence);

const mayBeJson = (range: string): boolean => isJson(range) || range === '*/*' || range === 'application/*';

const stars = (range: string): number => range.split('*').length;
