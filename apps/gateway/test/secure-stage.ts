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

/** @param routes of gateway.yaml. @param bounds of the listener, in YAML. */
export async function setSecureStage(routes = DEMO_ROUTES, bounds = '{}'): Promise<SecureStage> {
  const dir = await mkdtemp(join(tmpdir(), 'tls-'));
  const authority = await newAuthority();
  const { cert, key } = await authority.issue(HOST);
  await writeFile(join(dir, 'api.pem'), cert);
  await writeFile(join(dir, 'api.key'), key);
  const port = await freePort();
  const tls = `{ certificates: [{ certificate: ${dir}/api.pem, key: ${dir}/api.key }] }`;
  const listeners = `listeners: [{ name: tls, port: ${port}, tls: ${tls}, bounds: ${bounds} }]\n`;
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
