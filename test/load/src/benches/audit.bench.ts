import { Pool } from 'undici';
import { AuditUnderTest } from '../audit/audit-under-test.js';
import { BareCopy } from '../audit/bare-copy.js';
import type { Bench, BenchContext } from '../bench.js';
import { readable } from '../console.js';
import { corePlan } from '../cores.js';
import { median, percentile, rounded } from '../statistics.js';
import { surroundingsOf } from '../surroundings.js';

const LEAVES = 1_000_000;
const WARM_UP = 20_000;
const PROOFS = 2_000;

/**
 * Leaves from the feed to a signed checkpoint beside Postgres alone, then proofs in the tree they made.
 *
 * Both sides find what they take in ready in a file: audit the feed's events as JSON, COPY the finished rows. Where there are
 * two cores, audit has one, and Postgres the other together with whoever reads the feed's file aloud; COPY has Postgres' core
 * to itself and is fed from the other. What audit's search makes findable meanwhile is on audit's bill.
 */
export const auditBench: Bench = {
  name: 'audit',
  summary:
    'leaves sequenced, integrated, checkpointed: beside COPY of the same rows; proofs at --leaves leaves',
  async run(context) {
    const { options, console } = context;
    const surroundings = await surroundingsOf(context, corePlan());
    const audit = await AuditUnderTest.start(surroundings);
    const bare = await BareCopy.beside(audit.sql, surroundings.folder);
    const total = options.leaves ?? LEAVES;
    await audit.log(WARM_UP);
    await bare.measure(0);
    const perRound = Math.ceil((total - WARM_UP) / options.rounds);
    const ours: number[] = [];
    const copied: number[] = [];
    const memoryMb: number[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      const from = await audit.covered();
      ours.push((perRound / (await audit.log(perRound))) * 1_000);
      copied.push((perRound / (await bare.measure(from))) * 1_000);
      memoryMb.push(Math.round(await audit.memoryMb()));
      console.line(
        `  round ${round}/${options.rounds}  ours ${readable(ours.at(-1)!)}/s  COPY ${readable(copied.at(-1)!)}/s  ${memoryMb.at(-1)} MB`,
      );
    }
    const proofs = {
      inclusion: await proofsOf(audit, inclusionPath),
      consistency: await proofsOf(audit, consistencyPath),
    };
    return report({ ours, copied, memoryMb, proofs, leaves: await audit.covered() }, context);
  },
};

const inclusionPath = (size: number): string =>
  `/v1/proof/inclusion?size=${size}&index=${Math.floor(Math.random() * size)}`;
const consistencyPath = (size: number): string =>
  `/v1/proof/consistency?to=${size}&from=${1 + Math.floor(Math.random() * size)}`;

/** Milliseconds of each, one after the other over one connection. */
async function proofsOf(audit: AuditUnderTest, pathOf: (size: number) => string): Promise<number[]> {
  const size = await audit.covered();
  const client = new Pool(audit.url, { connections: 1 });
  const headers = { authorization: `Bearer ${audit.issuer.reader}` };
  const latencies: number[] = [];
  for (let n = 0; n < PROOFS; n++) {
    const start = performance.now();
    const { statusCode, body } = await client.request({ method: 'GET', path: pathOf(size), headers });
    const text = await body.text();
    latencies.push(performance.now() - start);
    if (statusCode !== 200) throw new Error(`a proof was answered with ${statusCode}: ${text}`);
  }
  await client.close();
  return latencies;
}

interface Measured {
  ours: number[];
  copied: number[];
  memoryMb: number[];
  proofs: Record<'inclusion' | 'consistency', number[]>;
  leaves: number;
}

function report(
  { ours, copied, memoryMb, proofs, leaves }: Measured,
  { console }: BenchContext,
): Record<string, unknown> {
  const perSecond = { ours: Math.round(median(ours)), copy: Math.round(median(copied)) };
  const ratio = rounded(perSecond.ours / perSecond.copy);
  const [inclusion, consistency] = [latencyOf(proofs.inclusion), latencyOf(proofs.consistency)];
  const row = (name: string, { p50Ms, p99Ms }: ReturnType<typeof latencyOf>) => [
    name,
    readable(p50Ms, 2),
    readable(p99Ms, 2),
  ];
  console.line('');
  console.table(
    [`proofs at ${readable(leaves)} leaves`, 'p50 ms', 'p99 ms'],
    [row('inclusion', inclusion), row('consistency', consistency)],
  );
  console.line(
    `\nours ${readable(perSecond.ours)}/s, COPY ${readable(perSecond.copy)}/s: ratio ${ratio} (target 0.25); memory ${memoryMb.join(', ')} MB\n`,
  );
  return { ratio, perSecond, inclusion, consistency, memoryMb, leaves };
}

const latencyOf = (values: readonly number[]) => ({
  p50Ms: rounded(percentile(values, 0.5)),
  p99Ms: rounded(percentile(values, 0.99)),
});
