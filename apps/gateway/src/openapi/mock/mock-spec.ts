import { BasePath } from '@gatehouse/contracts';
import { z } from 'zod';

/** Requests are answered with the examples of an OpenAPI document, for an API that is not there yet. */
export const MockSpec = z.strictObject({
  openapi: z
    .string()
    .min(1)
    .max(1_000)
    .describe(
      'OpenAPI 3.0 or 3.1 in YAML or JSON, in one file, relative to gateway.yaml; read again on every reload.',
    ),
  basePath: BasePath,
});
export type MockSpec = z.infer<typeof MockSpec>;
