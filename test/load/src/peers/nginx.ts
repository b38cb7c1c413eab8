import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@gatehouse/testing';
import type { Role } from '../cores.js';
import { findProgram } from '../programs/find-program.js';
import { startServer } from '../programs/start-server.js';
import type { Surroundings } from '../surroundings.js';

/** nginx as the API behind every proxy: one worker, a small body from memory. `undefined`: not to be had. */
export function startNginxUpstream(surroundings: Surroundings): Promise<string | undefined> {
  return startNginx(
    'upstream',
    `return 200 '{"hello":"world","padding":"${'x'.repeat(100)}"}';`,
    '',
    'rest',
    surroundings,
  );
}

/** nginx as a plain proxy without any policy: one worker, kept-alive connections to the API. */
export function startNginxProxy(upstream: string, surroundings: Surroundings): Promise<string | undefined> {
  const { host } = new URL(upstream);
  const pool = `upstream api { server ${host}; keepalive 128; keepalive_requests 1000000000; }`;
  const location = `proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection "";`;
  return startNginx('proxy', location, pool, 'proxy', surroundings);
}

async function startNginx(
  name: string,
  location: string,
  pool: string,
  role: Role,
  surroundings: Surroundings,
): Promise<string | undefined> {
  const program = await findProgram('nginx');
  if (!program) return undefined;
  const folder = join(surroundings.folder, `nginx-${name}`);
  await mkdir(folder);
  const port = await freePort();
  const config = join(folder, 'nginx.conf');
  await writeFile(config, configOf(folder, port, pool, location));
  const url = `http://127.0.0.1:${port}`;
  await startServer({ program, args: ['-p', folder, '-c', config, '-e', 'stderr'], url, role }, surroundings);
  return url;
}

/** One process, so that binding it binds everything. */
const configOf = (folder: string, port: number, pool: string, location: string): string => `
daemon off;
master_process off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off;
  default_type application/json;
  keepalive_requests 1000000000;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${pool}
  server {
    listen 127.0.0.1:${port};
    location / { ${location} }
  }
}
`;
