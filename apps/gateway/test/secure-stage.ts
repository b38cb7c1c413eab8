import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@gatehouse/testing';
import { newAuthority } from './certificates.js';
import { DEMO_ROUTES } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';

export const HOST = 'api.example.com';

/** A stage whose gateway speaks TLS, as {@link HOST}. */
export interface SecureStage extends Stage {
  readonly port: number;
  /** The authority's certificate. */
  readonly ca: string;
}

/** What a test says of listeners, in YAML. */
export interface ListenerOptions {
  /** Further fields of the listener. */
  readonly extra?: string;
  /** Further listeners. */
  readonly more?: readonly string[];
}

/** @param routes of gateway.yaml. */
export async function setSecureStage(
  routes = DEMO_ROUTES,
  { extra, more = [] }: ListenerOptions = {},
): Promise<SecureStage> {
  const dir = await mkdtemp(join(tmpdir(), 'tls-'));
  const authority = await newAuthority();
  const { cert, key } = await authority.issue(HOST);
  await writeFile(join(dir, 'api.pem'), cert);
  await writeFile(join(dir, 'api.key'), key);
  const port = await freePort();
  const tls = `{ certificates: [{ certificate: ${dir}/api.pem, key: ${dir}/api.key }] }`;
  const own = `{ name: tls, port: ${port}, tls: ${tls}${extra ? `, ${extra}` : ''} }`;
  const listeners = `listeners: [${[own, ...more].join(', ')}]\n`;
  const stage = await setStage({ routes: listeners + routes });
  return {
    ...stage,
    port,
    ca: authority.pem,
    async stop() {
      await stage.stop();
      await rm(dir, { recursive: true });
    },
  };
}
