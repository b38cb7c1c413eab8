import { z } from 'zod';

const Seconds = z.int().min(1).max(60);

/** Where a secret is kept: never in the sinks file itself. */
const SecretSource = z.union([
  z.strictObject({ file: z.string().min(1).describe('A file whose trimmed content is the secret.') }),
  z.strictObject({
    env: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/)
      .describe('An environment variable of audit that holds the secret.'),
  }),
]);

const common = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, '1–63 characters of a–z, 0–9 and -')
    .describe('Its position is kept under this name: a new name begins anew.'),
  start: z
    .enum(['beginning', 'now'])
    .default('beginning')
    .describe('Where a sink that is new begins: with the first entry of the log, or with the next.'),
  types: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(100)
    .optional()
    .describe('Only entries of these types as on the wire, e.g. token.revoked.v1.'),
  tenants: z
    .array(z.string().min(1).max(63))
    .min(1)
    .max(1000)
    .optional()
    .describe('Only entries of these tenants.'),
  tries: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe('How often an entry is offered that the receiver refuses, before it becomes a dead letter.'),
};

const FileSink = z.strictObject({
  kind: z.literal('file'),
  ...common,
  path: z.string().min(1),
  format: z.enum(['entry', 'ocsf', 'cef']).default('entry'),
  rotateBytes: z
    .int()
    .min(1024)
    .max(2 ** 40)
    .default(100 * 1024 * 1024),
  keep: z.int().min(1).max(10_000).default(10).describe('How many rotated files are kept.'),
});

const SyslogSink = z.strictObject({
  kind: z.literal('syslog'),
  ...common,
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(6514),
  caFile: z.string().min(1).optional().describe('PEM; absent: the system’s authorities.'),
  certificateFile: z.string().min(1).optional().describe('PEM, where the receiver asks for a certificate.'),
  keyFile: z.string().min(1).optional().describe('PEM of the certificate’s private key.'),
  facility: z.int().min(0).max(23).default(13).describe('RFC 5424 §6.2.1; 13 is "log audit".'),
  timeoutSeconds: Seconds.default(10),
});

const WebhookSink = z.strictObject({
  kind: z.literal('webhook'),
  ...common,
  url: z.url({ protocol: /^https?$/, error: 'expected an http or https URL' }),
  secrets: z
    .array(SecretSource)
    .min(1)
    .max(4)
    .describe('Standard Webhooks secrets, whsec_…; with two, every message carries both signatures.'),
  format: z.enum(['entry', 'ocsf']).default('entry'),
  allowPrivateAddresses: z
    .boolean()
    .default(false)
    .describe('Whether the URL may lead to loopback, link-local or private addresses.'),
  timeoutSeconds: Seconds.default(10),
});

/** One place that the log's entries are sent to. */
export const SinkSpec = z.discriminatedUnion('kind', [FileSink, SyslogSink, WebhookSink]);
export type SinkSpec = z.infer<typeof SinkSpec>;

/** The file that `AUDIT_SINKS_FILE` names: JSON. */
export const SinksFile = z
  .strictObject({ $schema: z.string().optional(), sinks: z.array(SinkSpec).max(50) })
  .refine(({ sinks }) => new Set(sinks.map(({ name }) => name)).size === sinks.length, {
    path: ['sinks'],
    message: 'two sinks have one name',
  });
export type SinksFile = z.infer<typeof SinksFile>;
