import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@gatehouse/testing';
import { findProgram } from '../programs/find-program.js';
import { startServer } from '../programs/start-server.js';
import type { Surroundings } from '../surroundings.js';
import type { Es256Issuer } from '../tokens/es256-issuer.js';

/** What a request must bring, as lines of a frontend; sets `txn.token` to what the limit counts by. */
interface Rules {
  lines: string;
  files: Record<string, string>;
}

/** HAProxy verifying ES256 on every request: it has no cache of verified tokens. */
export function jwtRules(
  { issuer, audience, publicKeyPem }: Es256Issuer,
  scope: string,
  folder: string,
): Rules {
  const lines = `
  http-request deny deny_status 401 unless { var(txn.bearer),jwt_header_query('$.alg') -m str ES256 }
  http-request deny deny_status 401 unless { var(txn.bearer),jwt_payload_query('$.iss') -m str ${issuer} }
  http-request deny deny_status 401 unless { var(txn.bearer),jwt_payload_query('$.aud') -m str ${audience} }
  http-request deny deny_status 401 unless { var(txn.bearer),jwt_verify("ES256","${folder}/public.pem") -m int 1 }
  http-request set-var(txn.now) date()
  http-request set-var(txn.left) var(txn.bearer),jwt_payload_query('$.exp','int'),sub(txn.now)
  http-request deny deny_status 401 if { var(txn.left) -m int lt 0 }
  http-request deny deny_status 403 unless { var(txn.bearer),jwt_payload_query('$.scope') -m sub ${scope} }
  http-request set-var(txn.token) var(txn.bearer),jwt_payload_query('$.jti')`;
  return { lines, files: { 'public.pem': publicKeyPem } };
}

/** HAProxy finding the scopes of opaque tokens by their SHA-256 in a map in memory. */
export function opaqueRules(tokens: readonly string[], scope: string, folder: string): Rules {
  const digests = tokens.map((token) => createHash('sha256').update(token).digest('hex').toUpperCase());
  const lines = `
  http-request set-var(txn.token) var(txn.bearer),sha2(256),hex
  http-request set-var(txn.scope) var(txn.token),map_str(${folder}/tokens.map)
  http-request deny deny_status 401 unless { var(txn.scope) -m found }
  http-request deny deny_status 403 unless { var(txn.scope) -m sub ${scope} }`;
  return { lines, files: { 'tokens.map': digests.map((digest) => `${digest} ${scope}\n`).join('') } };
}

/** HAProxy in one thread: token, scope, address and a limit per token. `undefined`: not to be had. */
export async function startHaproxy(
  upstream: string,
  rulesIn: (folder: string) => Rules,
  surroundings: Surroundings,
): Promise<string | undefined> {
  const program = await findProgram('haproxy');
  if (!program) return undefined;
  const folder = join(surroundings.folder, 'haproxy');
  await mkdir(folder);
  const rules = rulesIn(folder);
  const port = await freePort();
  const files = { ...rules.files, 'haproxy.cfg': configOf(port, upstream, rules.lines) };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const url = `http://127.0.0.1:${port}`;
  const args = ['-db', '-f', join(folder, 'haproxy.cfg')];
  await startServer({ program, args, url, role: 'proxy' }, surroundings);
  return url;
}

const configOf = (port: number, upstream: string, rules: string): string => `
global
  nbthread 1
  maxconn 8192

defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  http-reuse always

backend limits
  stick-table type string len 64 size 200k expire 60s store http_req_rate(60s)

frontend entry
  bind 127.0.0.1:${port}
  http-request deny deny_status 403 unless { src 127.0.0.0/8 10.0.0.0/8 192.168.0.0/16 }
  http-request set-var(txn.bearer) http_auth_bearer${rules}
  http-request track-sc0 var(txn.token) table limits
  http-request deny deny_status 429 if { sc_http_req_rate(0) gt 2000000000 }
  default_backend api

backend api
  server api ${new URL(upstream).host}
`;
