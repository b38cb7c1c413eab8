import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEnvironment, Child, eventually, freePort, unpackDebianPackage } from '@gatehouse/testing';

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** Debian's nginx on the loopback address, in front of an upstream, asking a gateway about each request. */
export interface RunningNginx {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts nginx without installing it, configured as docs/forward-auth.md says. */
export async function startNginx(gatewayUrl: string, upstreamUrl: string): Promise<RunningNginx> {
  const dir = await mkdtemp(join(tmpdir(), 'nginx-'));
  await mkdir(join(dir, 'debian'));
  const root = await unpackDebianPackage('nginx', join(dir, 'debian'));
  const port = await freePort();
  const file = join(dir, 'nginx.conf');
  await writeFile(file, configuration({ dir, port, gatewayUrl, upstreamUrl }));
  const child = await Child.start({
    command: join(root, 'usr/sbin/nginx'),
    args: ['-p', dir, '-c', file, '-e', 'stderr'],
    env: bareEnvironment(),
  });
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => {
    if (!child.running) throw new Error(child.log);
    await fetch(url);
  });
  return {
    url,
    async stop() {
      await child.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

interface Places {
  dir: string;
  port: number;
  gatewayUrl: string;
  upstreamUrl: string;
}

const configuration = ({ dir, port, gatewayUrl, upstreamUrl }: Places): string => `
daemon off;
pid ${dir}/nginx.pid;
error_log stderr;
${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  access_log off;
  ${TEMPORARY.map((name) => `${name}_temp_path ${dir}/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    location / {
      auth_request /authorize;
      auth_request_set $token_id $upstream_http_x_gatehouse_token_id;
      auth_request_set $tenant $upstream_http_x_gatehouse_tenant;
      proxy_set_header X-Gatehouse-Token-Id $token_id;
      proxy_set_header X-Gatehouse-Tenant $tenant;
      proxy_set_header Authorization "";
      proxy_pass ${upstreamUrl};
    }
    location = /authorize {
      internal;
      proxy_pass ${gatewayUrl}/.gatehouse/authorize;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header X-Forwarded-Method $request_method;
      proxy_set_header X-Forwarded-Uri $request_uri;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-For $remote_addr;
    }
  }
}
`;
