import { openApiFields } from '@gatehouse/contracts';
import { z } from 'zod';

/** Requests are checked against an OpenAPI document before an upstream sees them. */
export const OpenApiSpec = z.strictObject({
  file: z
    .string()
    .min(1)
    .max(1_000)
    .describe(
      'OpenAPI 3.0 or 3.1 in YAML or JSON, in one file, relative to gateway.yaml; read again on every reload.',
    ),
  ...openApiFields,
});
export type OpenApiSpec = z.infer<typeof OpenApiSpec>;

/** The part of a path that a document speaks of; `undefined`: none. */
export function pathBehind(base: string, path: string): string | undefined {
  if (base === '') return path;
  if (!path.startsWith(base)) return undefined;
  const rest = path.slice(base.length);
  return rest === '' ? '/' : rest.startsWith('/') ? rest : undefined;
}
