import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatOpaqueToken } from '@gatehouse/kernel';
import { freePort, GATEWAY_FLAGS, type SpawnedService, spawnService, startNats } from '@gatehouse/testing';
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
const DISTINCT = 100_000;
const READ_WITHIN_MS = 600_000;

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
    const revoked = newTokens(count);
    await revokeAll(revoked, peer, gateway, context);
    const revokedMb = await residentMb(gateway.pid);
    for (let seen = 0; seen < count; seen += PART) {
      const perSecond = await touchEach(gateway.url, newTokens(Math.min(PART, count - seen)));
      console.line(
        `  ${readable(Math.min(seen + PART, count))} good tokens let through, ${readable(perSecond)}/s`,
      );
    }
    const seenMb = await residentMb(gateway.pid);
    for (let refused = 0; refused < count; refused += PART) {
      const perSecond = await touchEach(gateway.url, revoked.slice(refused, refused + PART), 401);
      console.line(
        `  ${readable(Math.min(refused + PART, count))} revoked tokens refused, ${readable(perSecond)}/s`,
      );
    }
    const rssMb = await residentMb(gateway.pid);
    const checks = await checksOf(count);
    console.line(
      `\nresident: ${beganMb} MB at start, ${revokedMb} MB with the revocations, ${seenMb} MB with the good tokens seen, ${rssMb} MB with the revoked ones refused (target 600)`,
    );
    console.line(
      `a check: ${checks.goodNs} ns of a token that is good, ${checks.revokedNs} ns of one that is revoked, ${checks.checkNs} ns of both in turn (target 200)\n`,
    );
    return { tokens: count, revoked: count, beganMb, revokedMb, seenMb, rssMb, ...checks };
  },
};

const newTokens = (count: number): string[] =>
  Array.from({ length: count }, () => formatOpaqueToken('gh', 'bench'));

/** Returns when the gateway refuses the last of them, which was let through before. */
async function revokeAll(
  tokens: readonly string[],
  peer: RevokingPeer,
  { url }: SpawnedService,
  { console }: BenchContext,
): Promise<void> {
  const probe = await GatewayProbe.of(url);
  const last = tokens.at(-1)!;
  await probe.letsThrough(last);
  peer.revoke(tokens);
  const began = performance.now();
  await probe.firstRefusalOf(last, READ_WITHIN_MS);
  probe.close();
  const seconds = (performance.now() - began) / 1000;
  console.line(`  ${readable(tokens.length)} revocations read in ${readable(seconds, 1)} s`);
}

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
    flags: GATEWAY_FLAGS,
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

/** The part of the gateway that knows revoked tokens. */
interface Changes {
  add(tokenId: string, change: { position: string; atMs: number; kind: 'revoked' }): void;
  kindOf(tokenId: string): string | undefined;
}

const idOf = (n: number): string => `tok_019a0000000070009000${n.toString(16).padStart(12, '0')}`;

/** Nanoseconds of one check in the gateway's own table, each of another token than those before, as far as caches go. */
async function checksOf(count: number) {
  const { TokenChanges } = (await import(CHANGES)) as { TokenChanges: new () => Changes };
  const changes = new TokenChanges();
  for (let n = 0; n < count; n++)
    changes.add(idOf(n), { position: `${n}.${n}`, atMs: Date.now(), kind: 'revoked' });
  for (let n = 0; n < count; n++)
    if (changes.kindOf(idOf(n)) !== 'revoked')
      throw new Error(`${idOf(n)} is revoked, and is not known to be`);
  const time = (ids: readonly string[]) => rounded(nanosecondsOf(changes, ids));
  return {
    goodNs: time(between(count, 2 * count)),
    revokedNs: time(between(0, count)),
    checkNs: time(between(0, 2 * count)),
  };
}

const between = (from: number, to: number) =>
  Array.from({ length: DISTINCT }, () => idOf(from + Math.floor(Math.random() * (to - from))));

function nanosecondsOf(changes: Changes, ids: readonly string[]): number {
  let revoked = 0;
  const began = process.hrtime.bigint();
  for (let n = 0; n < CHECKS; n++) if (changes.kindOf(ids[n % ids.length]!) !== undefined) revoked++;
  const nanoseconds = Number(process.hrtime.bigint() - began) / CHECKS;
  const known = ids.filter((id) => changes.kindOf(id) === 'revoked').length;
  if (revoked !== (known * CHECKS) / ids.length) throw new Error('the same checks have come out otherwise');
  return nanoseconds;
}
