import { MetadataMap, Scope } from '@gatehouse/contracts';
import { parseOpaqueToken } from '@gatehouse/kernel';
import { serviceFields } from '@gatehouse/service';
import { z } from 'zod';
import { Peppers } from './tokens/peppers.js';

const BootstrapToken = z.strictObject({
  name: z.string().min(1).max(200),
  token: z.string().refine((token) => parseOpaqueToken(token) !== undefined, 'not a Gatehouse token'),
  scopes: z.array(Scope).min(1),
  metadata: MetadataMap.optional(),
});

/** A token the operator made before the issuer first ran. */
export type BootstrapToken = z.infer<typeof BootstrapToken>;

/** The issuer's environment. */
export const IssuerConfig = z.object({
  ...serviceFields,
  PORT: serviceFields.PORT.default(8082),
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'expected postgres://user:password@host:port/database',
  }),
  DATABASE_POOL: z.coerce.number('expected a number of connections, 2–100').int().min(2).max(100).default(10),
  TOKEN_PEPPERS: z.string('expected "1:<base64url of 32 bytes>", newest last').transform((text, context) => {
    const peppers = Peppers.parse(text);
    if (peppers) return peppers;
    context.addIssue({
      code: 'custom',
      message: 'expected "1:<base64url of 32 bytes>[,2:…]", versions rising',
    });
    return z.NEVER;
  }),
  TOKEN_PREFIX: z
    .string()
    .regex(/^[a-z][a-z0-9]{1,15}$/, 'expected 2–16 characters of a–z and 0–9')
    .default('gh'),
  TOKEN_ENVIRONMENT: z
    .string()
    .regex(/^[a-z]{2,8}$/, 'expected 2–8 letters, e.g. live')
    .default('live'),
  BOOTSTRAP_TOKENS: z
    .string()
    .default('[]')
    .transform((text, context) => {
      const parsed = z.array(BootstrapToken).safeParse(jsonOf(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: 'expected a JSON array of { "name", "token", "scopes" }' });
      return z.NEVER;
    }),
});
export type IssuerConfig = z.infer<typeof IssuerConfig>;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
