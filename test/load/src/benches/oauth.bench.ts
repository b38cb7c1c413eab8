import { Pool } from 'undici';
import { z } from 'zod';
import type { Bench, BenchContext } from '../bench.js';
import { readable } from '../console.js';
import { inParallel, type Throughput } from '../in-parallel.js';
import { type OAuthClient, startBareEngine } from '../peers/bare-engine.js';
import { median, percentile, rounded } from '../statistics.js';
import { surroundingsOf } from '../surroundings.js';
import { type LoneIssuer, startLoneIssuer } from '../system/lone-issuer.js';

const CLIENTS = 16;
const RESOURCE = 'https://bench.example';
const Registered = z.object({ id: z.string(), clientSecret: z.string() });

/** Client credentials for ES256 JWTs, each with its durable event, beside the engine that keeps nothing. */
export const oauthBench: Bench = {
  name: 'oauth',
  summary:
    'client_credentials for ES256 JWTs, 16 clients: beside oidc-provider alone, in memory, without events',
  async run(context) {
    const { options, console, cleanUp } = context;
    console.line('starting Postgres (every commit synced), NATS, the issuer and oidc-provider alone');
    const surroundings = await surroundingsOf(context, undefined);
    const issuer = await startLoneIssuer(cleanUp);
    const client = await register(issuer);
    const contestants = {
      bare: tokenRequest(await startBareEngine(client, surroundings), client, context),
      gatehouse: tokenRequest(issuer.url, client, context),
    };
    const results: Record<keyof typeof contestants, Throughput[]> = { bare: [], gatehouse: [] };
    for (const request of Object.values(contestants)) await inParallel(CLIENTS, 2, request);
    for (let round = 1; round <= options.rounds; round++)
      for (const name of ['bare', 'gatehouse'] as const) {
        const result = await inParallel(CLIENTS, options.seconds, contestants[name]);
        results[name].push(result);
        console.line(
          `  round ${round}/${options.rounds}  ${name.padEnd(9)} ${readable(result.perSecond).padStart(8)}/s`,
        );
      }
    return report(results, context);
  },
};

async function register({ url, adminToken }: LoneIssuer): Promise<OAuthClient> {
  const answer = await fetch(`${url}/v1/applications`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'bench',
      grantTypes: ['client_credentials'],
      resources: [RESOURCE],
      scopes: ['bench:read'],
    }),
  });
  if (!answer.ok) throw new Error(`registration answered ${answer.status} ${await answer.text()}`);
  const { id, clientSecret } = Registered.parse(await answer.json());
  return { id, secret: clientSecret, resource: RESOURCE };
}

/** Asks for a token and insists on getting one, over as many kept-alive connections as there are clients. */
function tokenRequest(url: string, { id, secret, resource }: OAuthClient, { cleanUp }: BenchContext) {
  const pool = new Pool(url, { connections: CLIENTS });
  cleanUp.add(() => pool.close());
  const headers = {
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'bench:read',
    resource,
  }).toString();
  return async (): Promise<void> => {
    const answer = await pool.request({ method: 'POST', path: '/oauth/token', headers, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 200 || !text.includes('access_token'))
      throw new Error(`${url} answered ${text}`);
  };
}

function report(
  results: Record<'bare' | 'gatehouse', Throughput[]>,
  { console }: BenchContext,
): Record<string, unknown> {
  const [bare, gatehouse] = [summaryOf(results.bare), summaryOf(results.gatehouse)];
  console.line('');
  console.table(
    ['', 'tokens/s', 'p50 ms', 'p99 ms'],
    Object.entries({ bare, gatehouse }).map(([name, s]) => [
      name,
      readable(s.perSecond),
      readable(s.p50Ms, 2),
      readable(s.p99Ms, 2),
    ]),
  );
  return { bare, gatehouse, gatehouseToBare: rounded(gatehouse.perSecond / bare.perSecond) };
}

function summaryOf(rounds: readonly Throughput[]) {
  const latencies = rounds.flatMap((round) => round.latenciesMs);
  return {
    perSecond: Math.round(median(rounds.map((round) => round.perSecond))),
    p50Ms: rounded(percentile(latencies, 0.5)),
    p99Ms: rounded(percentile(latencies, 0.99)),
  };
}
