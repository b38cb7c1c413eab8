import { eventually } from '@gatehouse/testing';
import { Pool } from 'undici';
import { AuditUnderTest } from '../audit/audit-under-test.js';
import { copySampleLog } from '../audit/sample-log.js';
import { searchShapes } from '../audit/search-shapes.js';
import type { SearchShape } from '../audit/search-shapes.js';
import type { Bench } from '../bench.js';
import { readable } from '../console.js';
import type { Console } from '../console.js';
import { corePlan } from '../cores.js';
import { percentile, rounded } from '../statistics.js';
import { surroundingsOf } from '../surroundings.js';

const LEAVES = 5_000_000;
const QUERIES = 200;
const INDEXED_WITHIN_MS = 3_600_000;

/** Searches of a large log over HTTP, one after the other, each kind with values drawn from all over the log. */
export const auditSearchBench: Bench = {
  name: 'audit-search',
  summary: 'searches of an audit log of --leaves entries, by kind of question',
  async run(context) {
    const { options, console } = context;
    const surroundings = await surroundingsOf(context, corePlan());
    const audit = await AuditUnderTest.start(surroundings);
    const leaves = options.leaves ?? LEAVES;
    // The leaves by COPY, as audit itself writes them, though nobody makes their tree; what finds them is audit's own work.
    await copySampleLog(audit.sql, leaves, (done) => console.line(`${readable(done)} leaves in the log`));
    const startedAt = performance.now();
    await indexed(audit, leaves, console);
    const perSecond = Math.round((leaves / (performance.now() - startedAt)) * 1_000);
    await audit.sql.query('vacuum analyze audit.search'); // as autovacuum would, sooner or later
    console.line(`${readable(leaves)} leaves, made findable at ${readable(perSecond)}/s\n`);
    const kinds: Record<string, { p50Ms: number; p99Ms: number }> = {};
    for (const [name, shape] of Object.entries(searchShapes))
      kinds[name] = latencyOf(await searches(audit, shape, leaves));
    console.table(
      ['question', 'p50 ms', 'p99 ms'],
      Object.entries(kinds).map(([name, { p50Ms, p99Ms }]) => [name, readable(p50Ms, 1), readable(p99Ms, 1)]),
    );
    const worst = Math.max(...Object.values(kinds).map(({ p99Ms }) => p99Ms));
    console.line(`\nworst p99 ${readable(worst, 1)} ms (target 50)\n`);
    return { leaves, indexedPerSecond: perSecond, worstP99Ms: worst, kinds };
  },
};

/** Waits until all can be found; says now and then how many can. A segment of the search is found once it is whole. */
async function indexed(audit: AuditUnderTest, leaves: number, console: Console): Promise<void> {
  let said = 0;
  const behind = async () => {
    const { rows } = await audit.sql.query<{ size: string }>(
      'select coalesce(max(index) + 1, 0) as size from audit.search',
    );
    const size = Number(rows[0]!.size);
    if (size > said) console.line(`${readable(size)} of them can be found`);
    said = size;
    if (size < leaves) throw new Error('the search index is behind');
  };
  await eventually(behind, { timeoutMs: INDEXED_WITHIN_MS, everyMs: 2_000 });
}

async function searches(audit: AuditUnderTest, shape: SearchShape, leaves: number): Promise<number[]> {
  const client = new Pool(audit.url, { connections: 1 });
  const headers = { authorization: `Bearer ${audit.issuer.reader}` };
  const latencies: number[] = [];
  for (let nth = 0; nth < QUERIES; nth++) {
    const n = Math.floor(((nth + 0.5) / QUERIES) * leaves);
    const path = `/v1/entries?${new URLSearchParams(shape(n, leaves)).toString()}`;
    const start = performance.now();
    const { statusCode, body } = await client.request({ method: 'GET', path, headers });
    const text = await body.text();
    latencies.push(performance.now() - start);
    if (statusCode !== 200) throw new Error(`a search was answered with ${statusCode}: ${text}`);
  }
  await client.close();
  return latencies;
}

const latencyOf = (values: readonly number[]) => ({
  p50Ms: rounded(percentile(values, 0.5)),
  p99Ms: rounded(percentile(values, 0.99)),
});
