import { Pool } from 'undici';
import type { Bench, BenchContext } from '../bench.js';
import { readable } from '../console.js';
import { inParallel, type Throughput } from '../in-parallel.js';
import { BareInsert } from '../peers/bare-insert.js';
import { median, percentile, rounded } from '../statistics.js';
import { type LoneIssuer, startLoneIssuer } from '../system/lone-issuer.js';

const CLIENTS = 16;
const BULK = 100;
const token = { name: 'bench', scopes: ['bench:read'] };

/** Durable issuance, one by one and in bulk, beside bare inserts of the same rows. */
export const issueBench: Bench = {
  name: 'issue',
  summary: 'durable issuance over HTTP, 16 clients: beside bare INSERT of the same rows, same pool size',
  async run(context) {
    const { options, console, cleanUp } = context;
    console.line('starting Postgres (every commit synced), NATS and the issuer');
    const issuer = await startLoneIssuer(cleanUp);
    const bare = new BareInsert(issuer.databaseUrl);
    cleanUp.add(() => bare.close());
    const post = poster(issuer, context);
    const contestants: Record<string, () => Promise<Throughput>> = {
      bare: () => inParallel(CLIENTS, options.seconds, () => bare.one()),
      single: () => inParallel(CLIENTS, options.seconds, () => post('/v1/tokens', token)),
      bulk: () =>
        inParallel(
          CLIENTS,
          options.seconds,
          () => post('/v1/tokens/bulk', { tokens: Array.from({ length: BULK }, () => token) }),
          BULK,
        ),
    };
    const results: Record<string, Throughput[]> = {};
    for (let round = 1; round <= options.rounds; round++)
      for (const [name, measure] of Object.entries(contestants)) {
        const result = await measure();
        (results[name] ??= []).push(result);
        console.line(
          `  round ${round}/${options.rounds}  ${name.padEnd(6)} ${readable(result.perSecond).padStart(8)}/s`,
        );
      }
    return report(results, context);
  },
};

/** Posts JSON and insists on success, over as many kept-alive connections as there are clients. */
function poster({ url, adminToken }: LoneIssuer, { cleanUp }: BenchContext) {
  const pool = new Pool(url, { connections: CLIENTS });
  cleanUp.add(() => pool.close());
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  return async (path: string, body: unknown): Promise<void> => {
    const answer = await pool.request({ method: 'POST', path, headers, body: JSON.stringify(body) });
    await answer.body.dump();
    if (answer.statusCode >= 300) throw new Error(`${path} answered ${answer.statusCode}`);
  };
}

function report(results: Record<string, Throughput[]>, { console }: BenchContext): Record<string, unknown> {
  const summary = Object.fromEntries(
    Object.entries(results).map(([name, rounds]) => {
      const latencies = rounds.flatMap((round) => round.latenciesMs);
      const perSecond = Math.round(median(rounds.map((round) => round.perSecond)));
      const [p50Ms, p99Ms] = [0.5, 0.99].map((share) => rounded(percentile(latencies, share)));
      return [name, { perSecond, p50Ms, p99Ms }];
    }),
  );
  console.line('');
  console.table(
    ['', 'tokens/s', 'p50 ms', 'p99 ms'],
    Object.entries(summary).map(([name, s]) => [
      name,
      readable(s.perSecond),
      readable(s.p50Ms ?? 0, 2),
      readable(s.p99Ms ?? 0, 2),
    ]),
  );
  const ratio = (a: string, b: string) =>
    rounded((summary[a]?.perSecond ?? 0) / (summary[b]?.perSecond ?? 1));
  return {
    bench: 'issue',
    ...summary,
    singleToBare: ratio('single', 'bare'),
    bulkToSingle: ratio('bulk', 'single'),
  };
}
