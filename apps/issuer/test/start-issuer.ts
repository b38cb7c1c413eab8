import { randomBytes } from 'node:crypto';
import { formatOpaqueToken } from '@gatehouse/kernel';
import { connectNats } from '@gatehouse/messaging';
import { applyStreams } from '@gatehouse/nats';
import { loadConfig, runService } from '@gatehouse/service';
import { createDatabase, startNats } from '@gatehouse/testing';
import { openDatabase } from '../src/database.js';
import { IssuerConfig } from '../src/issuer.config.js';
import { IssuerModule } from '../src/issuer.module.js';

/** What the tests' administrator may do. */
const ADMIN_SCOPES = [
  'tokens:read',
  'tokens:write',
  'tokens:lookup',
  'tokens:verify',
  'leaks:report',
  'events:read',
  'keys:read',
  'keys:write',
  'apps:read',
  'apps:write',
  'apis:read',
  'apis:write',
  'users:read',
  'users:write',
  'service-accounts:read',
  'service-accounts:write',
  'teams:read',
  'teams:write',
  'members:read',
  'members:write',
  'tenants:read',
  'tenants:write',
  'tenants:manage',
  'projections:write',
  'scopes:read',
  'scopes:write',
  'usage:read',
];

/**
 * A whole issuer on a port of its own, with its own database and its own NATS server.
 * @param environment what is different from the usual.
 */
export async function startIssuer(environment: Record<string, string> = {}) {
  const [database, server] = await Promise.all([createDatabase(), startNats()]);
  const adminToken = formatOpaqueToken('gh', 'test');
  const readerToken = formatOpaqueToken('gh', 'test');
  const config = loadConfig(IssuerConfig, {
    PORT: '0',
    LOG_LEVEL: 'silent',
    NATS_URL: server.url,
    DATABASE_URL: database.url,
    TOKEN_PEPPERS: `1:${randomBytes(32).toString('base64url')}`,
    MASTER_KEY: randomBytes(32).toString('base64url'),
    BOOTSTRAP_TOKENS: JSON.stringify([
      { name: 'admin', token: adminToken, scopes: ADMIN_SCOPES },
      { name: 'reader', token: readerToken, scopes: ['tokens:read'] },
    ]),
    ...environment,
  });
  const nats = await connectNats({ url: server.url, name: 'issuer' });
  await applyStreams(nats);
  const dataSource = await openDatabase(config, () => {});
  const service = await runService({
    name: 'issuer',
    config,
    module: IssuerModule.with({ config, dataSource, nats }),
  });
  return {
    url: service.url,
    server,
    databaseUrl: database.url,
    dataSource,
    adminToken,
    readerToken,
    call: callerOf(service.url, adminToken),
    /** One of the issuer's own parts. */
    get: <Part>(type: new (...parts: never[]) => Part): Part => service.app.get(type, { strict: false }),
    async stop() {
      await service.stop();
      await server.stop();
      await database.drop();
    },
  };
}

/** One answer, whatever its status. */
export interface Answer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads many shapes
  body: any;
}

function callerOf(url: string, adminToken: string) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const raw = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${adminToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
}
