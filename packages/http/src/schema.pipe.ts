import { DomainError } from '@gatehouse/kernel';
import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';

/**
 * Validates every parameter that names a schema (`@Body({ schema })`, `@Query({ schema })`) and hands on the parsed value.
 * Nest's own StandardSchemaValidationPipe does not tell its exception factory whether body or query broke the rule.
 */
@Injectable()
export class SchemaPipe implements PipeTransform {
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const schema = metadata.schema as z.ZodType | undefined;
    if (!schema) return value;
    const result = await schema['~standard'].validate(value ?? {});
    if (!result.issues) return result.value;
    // An id that cannot be one names nothing.
    if (metadata.type === 'param') throw new DomainError('not-found', 'not-found', 'There is no such thing.');
    const fields = result.issues.map((issue) => ({ field: fieldOf(issue.path), rule: issue.message }));
    const inBody = metadata.type === 'body';
    throw new DomainError('invalid', inBody ? 'body-invalid' : 'query-invalid', sentenceOf(fields), {
      fields,
    });
  }
}

function fieldOf(path: readonly unknown[] | undefined): string {
  return (path ?? []).map((part) => (isSegment(part) ? String(part.key) : String(part))).join('.');
}

const isSegment = (part: unknown): part is { key: PropertyKey } =>
  typeof part === 'object' && part !== null && 'key' in part;

function sentenceOf(fields: readonly { field: string; rule: string }[]): string {
  const first = fields[0]!;
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  return `${first.field || 'The value'}: ${first.rule}${more}`;
}
