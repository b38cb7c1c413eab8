import { DomainError } from '@gatehouse/kernel';
import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';

/**
 * Validates every parameter that names a schema (`@Body({ schema })`, `@Query({ schema })`) and hands on the parsed value.
 * Nest's own StandardSchemaValidationPipe does not tell its exception factory whether body or query broke the rule.
 */
@Injectable()
export class SchemaPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const schema = metadata.schema as z.ZodType | undefined;
    if (!schema) return value;
    // An id that cannot be one names nothing.
    if (metadata.type === 'param' && !schema.safeParse(value).success)
      throw new DomainError('not-found', 'not-found', 'There is no such thing.');
    return parseWith(schema, value ?? {}, metadata.type === 'body' ? 'body-invalid' : 'query-invalid');
  }
}

/**
 * Reads a value by a schema.
 * @throws DomainError `invalid` with every wrong field and the rule it breaks.
 */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: 'body-invalid' | 'query-invalid' = 'body-invalid',
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => ({ field: issue.path.join('.'), rule: issue.message }));
  throw new DomainError('invalid', code, sentenceOf(fields), { fields });
}

function sentenceOf(fields: readonly { field: string; rule: string }[]): string {
  const first = fields[0]!;
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  return `${first.field || 'The value'}: ${first.rule}${more}`;
}
