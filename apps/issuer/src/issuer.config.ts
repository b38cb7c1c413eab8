import { MetadataMap, Scope } from '@gatehouse/contracts';
import { parseOpaqueToken } from '@gatehouse/kernel';
import { serviceFields } from '@gatehouse/service';
import { z } from 'zod';
import { leakFields } from './leaks/leaks.config.js';
import { externalSignerFields } from './keys/external-signer.config.js';
import { MasterKey } from './keys/master-key.js';
import { clientAttestationFields } from './oauth/provider/client-attestation.config.js';
import { clientCertificateFields } from './oauth/provider/client-certificates.config.js';
import { registrationFields } from './oauth/registration/registration.config.js';
import { peerFields } from './oauth/peers.config.js';
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
  MASTER_KEY: z.string('expected base64url of 32 random bytes').transform((text, context) => {
    const key = MasterKey.parse(text);
    if (key) return key;
    context.addIssue({ code: 'custom', message: 'expected base64url of 32 random bytes' });
    return z.NEVER;
  }),
  /** Where clients reach the issuer: the `iss` of its tokens. Default: where it listens. */
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'expected https://host[:port]' })
    .refine((text) => new URL(text).origin === text.replace(/\/$/, ''), 'expected an origin without path')
    .optional(),
  ACCESS_TOKEN_TTL_SECONDS: z.coerce
    .number('expected seconds, 60–3600')
    .int()
    .min(60)
    .max(3_600)
    .default(600),
  SIGNING_KEY_LEAD_SECONDS: z.coerce.number('expected seconds').int().min(1).max(2_592_000).default(120),
  SIGNING_KEY_ROTATE_SECONDS: z.coerce
    .number('expected seconds, at least 60')
    .int()
    .min(60)
    .max(31_536_000)
    .default(7_776_000),
  ...externalSignerFields,
  ...clientCertificateFields,
  ...clientAttestationFields,
  ...peerFields,
  ...registrationFields,
  ...leakFields,
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

/** The issuer identifier (RFC 8414 §2). */
export const issuerOf = ({ PUBLIC_URL, HOST, PORT }: IssuerConfig): string =>
  PUBLIC_URL ? new URL(PUBLIC_URL).origin : `http://${HOST}:${PORT}`;

/** The resource (RFC 8707) that access tokens for the management API are for. */
export const managementApiOf = (config: IssuerConfig): string => `${issuerOf(config)}/v1`;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An ID token says who signed in just now; it is no credential. */
export const ID_TOKEN_TTL_SECONDS = 600;
