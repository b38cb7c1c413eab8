import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { formatOpaqueToken } from '@gatehouse/kernel';
import { NATS_USERS } from '@gatehouse/nats';
import type { NatsUser } from '@gatehouse/nats';
import { generateNoteKey } from '@gatehouse/tlog';
import { readIfThere, writePrivateFile } from './private-file.js';

/** Who reads other services' APIs. */
export const SERVICE_CALLERS = ['gateway', 'audit', 'analytics'] as const;
export type ServiceCaller = (typeof SERVICE_CALLERS)[number];

/** Everything the person at the keyboard may do, and may let others do. Looking tokens up is for services. */
const ADMIN_SCOPES =
  'tokens:read tokens:write tokens:verify leaks:report events:read usage:read requests:read audit:read audit:personal audit:write gateway:read gateway:write keys:read keys:write apps:read apps:write apis:read apis:write users:read users:write service-accounts:read service-accounts:write teams:read teams:write members:read members:write tenants:read tenants:write tenants:manage projections:write scopes:read scopes:write demo:read demo:write replay:send'.split(
    ' ',
  );
const SERVICE_SCOPES = ['tokens:lookup', 'events:read'];

/** The secrets of one installation: made once, then kept, a file each that only its owner may read. */
export interface Secrets {
  adminToken: string;
  natsPasswords: Record<NatsUser, string>;
  postgresPassword: string;
  /** Files that services are pointed to by `*_FILE` variables. */
  files: {
    adminToken: string;
    peppers: string;
    masterKey: string;
    bootstrapTokens: string;
    auditSigningKey: string;
    serviceTokens: Record<ServiceCaller, string>;
  };
}

/** Reads the secrets in `folder`, and makes those that are missing. */
export async function keepSecrets(folder: string): Promise<Secrets> {
  const keep = (name: string, make: () => string) => keepSecret(join(folder, name), make);
  const adminToken = await keep('admin-token', newToken);
  const tokens = [{ name: 'admin', token: adminToken, scopes: ADMIN_SCOPES }];
  for (const name of SERVICE_CALLERS)
    tokens.push({ name, token: await keep(`${name}-token`, newToken), scopes: SERVICE_SCOPES });
  await keep('master-key', () => randomBytes(32).toString('base64url'));
  await keep('token-peppers', () => `1:${randomBytes(32).toString('base64url')}`);
  await keep(
    'audit-signing-key',
    () => generateNoteKey(`gatehouse.local/${randomBytes(4).toString('hex')}`).privateKey,
  );
  await writePrivateFile(join(folder, 'bootstrap-tokens.json'), JSON.stringify(tokens));
  const passwords: [NatsUser, string][] = [];
  for (const user of NATS_USERS) passwords.push([user, await keep(`nats-${user}-password`, newPassword)]);
  return {
    adminToken,
    natsPasswords: Object.fromEntries(passwords) as Record<NatsUser, string>,
    postgresPassword: await keep('postgres-password', newPassword),
    files: {
      adminToken: join(folder, 'admin-token'),
      peppers: join(folder, 'token-peppers'),
      masterKey: join(folder, 'master-key'),
      bootstrapTokens: join(folder, 'bootstrap-tokens.json'),
      auditSigningKey: join(folder, 'audit-signing-key'),
      serviceTokens: {
        gateway: join(folder, 'gateway-token'),
        audit: join(folder, 'audit-token'),
        analytics: join(folder, 'analytics-token'),
      },
    },
  };
}

const newToken = (): string => formatOpaqueToken('gh', 'live');
const newPassword = (): string => randomBytes(24).toString('hex');

async function keepSecret(path: string, make: () => string): Promise<string> {
  const kept = (await readIfThere(path))?.trim();
  if (kept) return kept;
  const secret = make();
  await writePrivateFile(path, `${secret}\n`);
  return secret;
}
