import type { Ports } from './ports.js';

/** Content of `.gatehouse/run.json`: where everything is, and the token to talk to it with. */
export interface RunFile {
  /** The first of `gateways`. */
  gateway: { url: string; adminUrl: string };
  gateways: { url: string; adminUrl: string }[];
  issuer: { url: string };
  audit: { url: string };
  analytics: { url: string };
  /** Without credentials, which lets a tool read events. */
  nats: { url: string };
  postgres: { url: string };
  upstream: { url: string };
  adminToken: string;
  /** The supervisor. */
  pid: number;
}

const local = (port: number): string => `http://127.0.0.1:${port}`;

/** Describes a run on these ports. */
export function runFileOf(
  ports: Ports,
  engines: { natsUrl: string; databaseUrl: string },
  adminToken: string,
): RunFile {
  const gateways = ports.gateways.map(({ proxy, admin }) => ({ url: local(proxy), adminUrl: local(admin) }));
  return {
    gateway: gateways[0]!,
    gateways,
    issuer: { url: local(ports.issuer) },
    audit: { url: local(ports.audit) },
    analytics: { url: local(ports.analytics) },
    nats: { url: engines.natsUrl },
    postgres: { url: engines.databaseUrl },
    upstream: { url: local(ports.upstream) },
    adminToken,
    pid: process.pid,
  };
}
