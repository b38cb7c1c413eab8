import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatOpaqueToken } from '@gatehouse/kernel';
import { freePort, type SpawnedService, spawnService, startNats } from '@gatehouse/testing';
import type { Bench, BenchContext } from '../bench.js';
import { readable } from '../console.js';
import { rounded } from '../statistics.js';
import { type Surroundings, surroundingsOf } from '../surroundings.js';
import { GatewayProbe } from '../system/gateway-probe.js';
import { residentMb } from '../system/resident-memory.js';
import { RevokingPeer } from '../tokens/revoking-peer.js';
import { touchEach } from '../tokens/touch-each.js';
import { routesYaml } from './bench-routes.js';
import { startUpstream } from './gateway.bench.js';

const ENTRY = fileURLToPath(new URL('../../../../apps/gateway/dist/main.js', import.meta.url));
const CHANGES = new URL('../../../../apps/gateway/dist/tokens/token-changes.js', import.meta.url).href;
const SCOPE = 'demo:read';
const TOKENS = 1_000_000;
const PART = 50_000;
const CHECKS = 5_000_000;

/** What a gateway weighs that has seen a million tokens and knows a million revoked ones, and what a check of one costs. */
export const gatewayMemoryBench: Bench = {
  name: 'gateway-memory',
  summary: '--tokens live tokens seen, as many revoked: resident memory, and the time of a check',
  async run(context) {
    const { options, console } = context;
    const surroundings = await surroundingsOf(context, undefined);
    const count = options.tokens ?? TOKENS;
    const peer = await RevokingPeer.start(SCOPE, context.cleanUp);
    const gateway = await startGateway(peer, surroundings);
    const beganMb = await residentMb(gateway.pid);
    const probe = await GatewayProbe.of(gateway.url);
    const last = formatOpaqueToken('gh', 'bench');
    await probe.letsThrough(last);
    peer.revoke(count - 1, last);
    const began = performance.now();
    await probe.firstRefusalOf(last, 600_000);
    probe.close();
    console.line(
      `  ${readable(count)} revocations read in ${readable((performance.now() - began) / 1000, 1)} s`,
    );
    const revokedMb = await residentMb(gateway.pid);
    await seeTokens(gateway.url, count, context);
    const rssMb = await residentMb(gateway.pid);
    const checkNs = await checkOf(count);
    console.line(
      `\nresident: ${beganMb} MB at start, ${revokedMb} MB with the revocations, ${rssMb} MB with the tokens seen (target 600); a check takes ${checkNs} ns (target 200)\n`,
    );
    return { tokens: count, revoked: count, beganMb, revokedMb, rssMb, checkNs };
  },
};

async function startGateway(peer: RevokingPeer, surroundings: Surroundings): Promise<SpawnedService> {
  const { folder, cleanUp } = surroundings;
  const [nats, upstream, port, adminPort] = await Promise.all([
    startNats(),
    startUpstream(surroundings),
    freePort(),
    freePort(),
  ]);
  const routes = join(folder, 'gateway.yaml');
  await writeFile(routes, routesYaml(SCOPE, upstream));
  const gateway = await spawnService({
    entry: ENTRY,
    healthPort: adminPort,
    env: {
      HOST: '127.0.0.1',
      PORT: `${port}`,
      ADMIN_PORT: `${adminPort}`,
      LOG_LEVEL: 'warn',
      NATS_URL: nats.url,
      ISSUER_URL: peer.url,
      SERVICE_TOKEN: peer.serviceToken,
      GATEWAY_CONFIG: routes,
      SPOOL_DIR: join(folder, 'spool'),
    },
  });
  cleanUp.add(async () => {
    await gateway.stop();
    await nats.stop();
  });
  return gateway;
}

/** A request with each of so many tokens. */
async function seeTokens(url: string, count: number, { console }: BenchContext): Promise<void> {
  for (let seen = 0; seen < count; seen += PART) {
    const tokens = Array.from({ length: Math.min(PART, count - seen) }, () =>
      formatOpaqueToken('gh', 'bench'),
    );
    const perSecond = await touchEach(url, tokens);
    console.line(`  ${readable(seen + tokens.length)} tokens seen, ${readable(perSecond)}/s`);
  }
}

/** Resident memory, MB (Linux; elsewhere NaN). */
/** The part of the gateway that knows revoked tokens. */
interface Changes {
  add(tokenId: string, change: { position: string; atMs: number; kind: 'revoked' }): void;
  of(tokenId: string): unknown;
}

const idOf = (n: number): string => `tok_019a0000000070009000${n.toString(16).padStart(12, '0')}`;

/** Nanoseconds of one check whether a token is revoked, half of which are, in the gateway's own table. */
async function checkOf(count: number): Promise<number> {
  const { TokenChanges } = (await import(CHANGES)) as { TokenChanges: new () => Changes };
  const changes = new TokenChanges();
  for (let n = 0; n < count; n++)
    changes.add(idOf(n), { position: `${n}.${n}`, atMs: Date.now(), kind: 'revoked' });
  const asked = Array.from({ length: 100_000 }, () => idOf(Math.floor(Math.random() * 2 * count)));
  let found = 0;
  const began = process.hrtime.bigint();
  for (let n = 0; n < CHECKS; n++) if (changes.of(asked[n % asked.length]!)) found++;
  const ns = Number(process.hrtime.bigint() - began) / CHECKS;
  if (found === 0 || found === CHECKS) throw new Error('half of the checks should have found something');
  return rounded(ns);
}
