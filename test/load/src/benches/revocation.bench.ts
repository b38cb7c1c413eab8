import type { Bench, BenchContext } from '../bench.js';
import { readable } from '../console.js';
import { BareDelivery } from '../peers/bare-delivery.js';
import { GatewayProbe } from '../system/gateway-probe.js';
import { type Gatehouse, startGatehouse } from '../system/gatehouse.js';
import { percentile, rounded } from '../statistics.js';
import { surroundingsOf } from '../surroundings.js';
import { issueTokens } from '../tokens/issue-tokens.js';
import { routesYaml } from './bench-routes.js';
import { startUpstream } from './gateway.bench.js';

const GATEWAYS = 3;
const WARM_UP = 30;
const SCOPE = 'demo:read';

/** How soon a revoked token is refused everywhere, beside a bare publish through the same JetStream. */
export const revocationBench: Bench = {
  name: 'revocation',
  summary: 'revoke call → first refusal at each of 3 gateways: beside bare JetStream publish → deliver',
  async run(context) {
    const { options, console } = context;
    // Many processes take turns here: binding them would only make them wait for each other.
    const surroundings = await surroundingsOf(context, undefined);
    const upstream = await startUpstream(surroundings);
    console.line(`starting Gatehouse with ${GATEWAYS} gateways`);
    const routes = { 'gateway.yaml': routesYaml(SCOPE, upstream) };
    const gatehouse = await startGatehouse({ gateways: GATEWAYS, routes }, surroundings);
    const bare = await BareDelivery.through(gatehouse.natsUrl);
    surroundings.cleanUp.add(() => bare.close());
    const probes = await Promise.all(gatehouse.gateways.map((url) => GatewayProbe.of(url)));
    surroundings.cleanUp.add(async () => probes.forEach((probe) => probe.close()));

    console.line('warming up');
    await revokeSome(gatehouse, probes, WARM_UP, context);
    const everywhere: number[] = [];
    const each: number[] = [];
    const delivered: number[] = [];
    const perRound = Math.ceil(options.revocations / options.rounds);
    for (let round = 1; round <= options.rounds; round++) {
      const latencies = await revokeSome(gatehouse, probes, perRound, context);
      each.push(...latencies.flat());
      everywhere.push(...latencies.map((all) => Math.max(...all)));
      for (let n = 0; n < perRound; n++) delivered.push(await bare.measure());
      console.line(`  round ${round}/${options.rounds}: ${everywhere.length} revoked and refused everywhere`);
    }
    return report({ each, everywhere, delivered }, context);
  },
};

/** Milliseconds from the call to the first refusal, for each token, at each gateway. */
async function revokeSome(
  { issuer }: Gatehouse,
  probes: readonly GatewayProbe[],
  count: number,
  { console }: BenchContext,
): Promise<number[][]> {
  const latencies: number[][] = [];
  for (const { id, token } of await issueTokens(issuer, SCOPE, count, console)) {
    await Promise.all(probes.map((probe) => probe.letsThrough(token)));
    const refusals = probes.map((probe) => probe.firstRefusalOf(token));
    const calledAt = performance.now();
    const revoked = issuer.revoke(id, 'bench');
    latencies.push((await Promise.all(refusals)).map((refusedAt) => refusedAt - calledAt));
    await revoked;
  }
  return latencies;
}

function report(
  measured: { each: number[]; everywhere: number[]; delivered: number[] },
  { console }: BenchContext,
): Record<string, unknown> {
  const each = summaryOf(measured.each);
  const everywhere = summaryOf(measured.everywhere);
  const bare = summaryOf(measured.delivered);
  const row = (name: string, s: ReturnType<typeof summaryOf>) => [
    name,
    ...[s.p50Ms, s.p99Ms, s.maxMs].map((ms) => readable(ms, 2)),
  ];
  console.line('');
  console.table(
    ['', 'p50 ms', 'p99 ms', 'max ms'],
    [
      row('revoke → refused, each gateway', each),
      row('revoke → refused everywhere', everywhere),
      row('bare publish → deliver', bare),
    ],
  );
  const ratios = {
    p50: rounded(everywhere.p50Ms / bare.p50Ms),
    p99: rounded(everywhere.p99Ms / bare.p99Ms),
  };
  console.line(`\neverywhere ÷ bare: p50 ${ratios.p50}, p99 ${ratios.p99}\n`);
  return { ratios, each, everywhere, bare };
}

const summaryOf = (values: readonly number[]) => ({
  count: values.length,
  p50Ms: rounded(percentile(values, 0.5)),
  p99Ms: rounded(percentile(values, 0.99)),
  maxMs: rounded(Math.max(...values)),
});
