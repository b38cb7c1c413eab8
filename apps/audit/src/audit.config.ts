import { availableParallelism } from 'node:os';
import { parseNoteSigner, TlogError } from '@gatehouse/tlog';
import type { NoteSigner } from '@gatehouse/tlog';
import { serviceFields } from '@gatehouse/service';
import { z } from 'zod';
import { parseWitnessList } from './witness/witness-list.js';

const PostgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'expected postgres://user:password@host:port/database',
});

/** By the writer's thread and Postgres. With no more than these, a second thread costs more than it overlaps. */
const CORES_TAKEN = 2;

/** Audit's environment. */
export const AuditConfig = z.object({
  ...serviceFields,
  PORT: serviceFields.PORT.default(8083),
  DATABASE_URL: PostgresUrl,
  /** Of whoever owns the log's tables; absent, DATABASE_URL migrates as well, and gives its rights up to write. */
  MIGRATION_DATABASE_URL: PostgresUrl.optional(),
  DATABASE_POOL: z.coerce.number('expected a number of connections, 3–100').int().min(3).max(100).default(8),
  /** A folder to mirror the log to, for a static file server to serve. */
  AUDIT_MIRROR_DIR: z.string().min(1).optional(),
  /** Where the log is sent to: a JSON file, see docs/schemas/audit-sinks.json. */
  AUDIT_SINKS_FILE: z.string().min(1).optional(),
  /** Witnesses to have checkpoints cosigned by (C2SP tlog-witness): `<verifier key> <url>`, one a line. */
  AUDIT_WITNESSES: z
    .string()
    .default('')
    .transform((text, context) => {
      const witnesses = parseWitnessList(text);
      if (typeof witnesses !== 'string') return witnesses;
      context.addIssue({ code: 'custom', message: witnesses });
      return z.NEVER;
    }),
  ISSUER_URL: z.url({ protocol: /^https?$/, error: 'expected http://host:port or https://host' }),
  /** A Gatehouse token with `events:read` and `tokens:lookup`. */
  SERVICE_TOKEN: z.string('expected a Gatehouse token with events:read and tokens:lookup').min(1),
  /** Whether leaves are made in a thread of their own, while others are being written; it needs a core of its own. */
  AUDIT_READER_THREAD: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .transform((text) => (text === 'auto' ? availableParallelism() > CORES_TAKEN : text === 'on')),
  /** The log's identity: its name is the origin of every checkpoint. */
  AUDIT_SIGNING_KEY: z
    .string('expected a C2SP signed-note key, PRIVATE+KEY+<name>+<id>+<base64>')
    .transform((line, context) => {
      const signer = signerOf(line);
      if (signer) return signer;
      context.addIssue({
        code: 'custom',
        message: 'expected a C2SP signed-note key, PRIVATE+KEY+<name>+<id>+<base64>',
      });
      return z.NEVER;
    }),
});
export type AuditConfig = z.infer<typeof AuditConfig>;

function signerOf(line: string): NoteSigner | undefined {
  try {
    return parseNoteSigner(line);
  } catch (error) {
    if (error instanceof TlogError) return undefined;
    throw error;
  }
}
