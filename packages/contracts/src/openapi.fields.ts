import { z } from 'zod';

const KIB = 1024;

/** Where in a route's paths those of the document begin. */
export const BasePath = z
  .string()
  .max(512)
  .regex(/^(\/[A-Za-z0-9._~-]+)*$/, 'a path such as /v1, without a slash at its end')
  .optional()
  .describe('Stands before every path of the document; absent: what stripPrefix says, or nothing.');

/** How requests are held against an OpenAPI document before an upstream sees them. */
export const openApiFields = {
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
};

/** An OpenAPI document at the issuer, by its content: `sha256:` and the hash of its text in UTF-8. */
export const DocumentHash = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hexadecimal digits, as the upload of a document answers');

/** A published route's requests are held against a document that its tenant has uploaded. */
export const PublishedOpenApi = z.strictObject({ document: DocumentHash, ...openApiFields });
export type PublishedOpenApi = z.infer<typeof PublishedOpenApi>;

/** A published route is answered with the examples of a document that its tenant has uploaded. */
export const PublishedMock = z.strictObject({ document: DocumentHash, basePath: BasePath });
export type PublishedMock = z.infer<typeof PublishedMock>;
