import { z } from 'zod';

/** A Parameter Object (OpenAPI 3.1.1 §4.8.12), as far as it is looked at. */
export const ParameterNode = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header', 'cookie']),
  required: z.boolean().default(false),
  allowEmptyValue: z.boolean().default(false),
  style: z.string().optional(),
  explode: z.boolean().optional(),
});
export type ParameterNode = z.infer<typeof ParameterNode>;
