import { z } from 'zod';

/** What a route of gateway.yaml says of WebSockets (RFC 6455). */
export const WebSocketSpec = z.strictObject({
  /** Without a byte either way. */
  idleSeconds: z.int().min(1).max(86_400).default(120),
  /** From its opening, however much is said; absent: for as long as its token lasts. */
  maxSeconds: z
    .int()
    .min(1)
    .max(30 * 86_400)
    .optional(),
});
export type WebSocketSpec = z.infer<typeof WebSocketSpec>;
