import { z } from 'zod';

const MediaRange = z
  .string()
  .regex(
    /^[a-z0-9.+-]+\/(\*(\+[a-z0-9.-]+)?|[a-z0-9.+-]+)$/,
    'a media type in lower case such as application/json, text/* or application/*+json',
  );

/** What a route of gateway.yaml says of compressing answers. Absent: they stay as the upstream sent them. */
export const CompressionSpec = z.strictObject({
  encodings: z
    .array(z.enum(['br', 'gzip']))
    .min(1)
    .max(2)
    .default(['br', 'gzip'])
    .describe('What is offered; of those a client likes equally, the first.'),
  types: z
    .array(MediaRange)
    .min(1)
    .max(100)
    .default(['text/*', 'application/json', 'application/*+json', 'application/xml', 'application/*+xml'])
    .describe('Media types that become smaller. Event streams and gRPC are never compressed.'),
  minBytes: z
    .int()
    .min(0)
    .max(1024 * 1024)
    .default(1024)
    .describe('Answers that are announced to be smaller stay as they are.'),
});
export type CompressionSpec = z.infer<typeof CompressionSpec>;

/** A content coding (RFC 9110 §8.4.1). */
export type Encoding = CompressionSpec['encodings'][number];
