import { z } from 'zod';

const KIB = 1024;

/** Where in a route's paths those of the document begin. */
export const BasePath = z
  .string()
  .max(512)
  .regex(/^(\/[A-Za-z0-9._~-]+)*$/, 'a path such as /v1, without a slash at its end')
  .optional()
  .describe('Stands before every path of the document; absent: what stripPrefix says, or nothing.');

/** Requests are checked against an OpenAPI document before an upstream sees them. */
export const OpenApiSpec = z.strictObject({
  file: z
    .string()
    .min(1)
    .max(1_000)
    .describe(
      'OpenAPI 3.0 or 3.1 in YAML or JSON, in one file, relative to gateway.yaml; read again on every reload.',
    ),
  basePath: BasePath,
  mode: z
    .enum(['refuse', 'report'])
    .default('refuse')
    .describe('`report` lets everything through, and keeps what would have been refused in the records.'),
  undocumented: z
    .enum(['refuse', 'pass'])
    .default('refuse')
    .describe('What becomes of paths and methods that the document does not have.'),
  maxBodyBytes: z
    .int()
    .min(2)
    .max(4 * KIB * KIB)
    .default(256 * KIB)
    .describe('Of JSON bodies, which are read whole before the upstream sees any of it.'),
});
export type OpenApiSpec = z.infer<typeof OpenApiSpec>;

/** The part of a path that a document speaks of; `undefined`: none. */
export function pathBehind(base: string, path: string): string | undefined {
  if (base === '') return path;
  if (!path.startsWith(base)) return undefined;
  const rest = path.slice(base.length);
  return rest === '' ? '/' : rest.startsWith('/') ? rest : undefined;
}
