import type { Bench, BenchContext } from '../bench.js';
import { corePlan } from '../cores.js';
import type { Contestant } from '../contest.js';
import { startBareProxy } from '../peers/bare-proxy.js';
import { jwtRules, startHaproxy } from '../peers/haproxy.js';
import { startNginxProxy, startNginxUpstream } from '../peers/nginx.js';
import { type Gatehouse, startGatehouse } from '../system/gatehouse.js';
import { type Surroundings, surroundingsOf } from '../surroundings.js';
import { Es256Issuer } from '../tokens/es256-issuer.js';
import { Wrk } from '../wrk.js';
import { routesYaml } from './bench-routes.js';
import { OURS, runProxyContest } from './proxy-contest.js';
import { provesItsWork, tampered } from './same-work.js';

/** What the tokens of these benches may. */
export const SCOPE = 'demo:read';

/** The gateway with JWT access tokens beside HAProxy, nginx and a bare Node proxy. */
export const gatewayBench: Bench = {
  name: 'gateway',
  summary: 'ES256 JWTs, whole policy chain: beside HAProxy, nginx and a bare Node proxy',
  async run(context) {
    const surroundings = await surroundingsOf(context, corePlan());
    const issuer = new Es256Issuer();
    const upstream = await startUpstream(surroundings);
    const { gateways, readers } = await startOurs(issuer, upstream, surroundings, context);
    const haproxy = await startHaproxy(upstream, (folder) => jwtRules(issuer, SCOPE, folder), surroundings);
    const guards = present({ [OURS]: gateways[0], haproxy });
    const good = issuer.issue(SCOPE);
    const proofs = [
      { what: 'a good token', token: good, status: 200 },
      { what: 'a tampered token', token: tampered(good), status: 401 },
      { what: 'a token without the scope', token: issuer.issue('demo:write'), status: 403 },
    ];
    for (const guard of guards) await provesItsWork(guard, proofs);
    const tokens = Array.from({ length: context.options.tokens ?? 200 }, () => issuer.issue(SCOPE));
    const wrk = await Wrk.with(surroundings, tokens, [...tokens.keys()]);
    const contestants = [...guards, ...(await startPlainPeers(upstream, surroundings))];
    sayWhoIsMissing(contestants, context);
    return runProxyContest({ contestants, upstream, wrk, readers }, context);
  },
};

/** Gatehouse with one gateway, which knows the keys of an outside issuer. */
export async function startOurs(
  issuer: Es256Issuer,
  upstream: string,
  surroundings: Surroundings,
  { console }: BenchContext,
): Promise<Gatehouse> {
  console.line('starting Gatehouse');
  const routes = { 'gateway.yaml': routesYaml(SCOPE, upstream, issuer), 'jwks.json': issuer.jwks };
  return startGatehouse({ gateways: 1, routes }, surroundings);
}

/** nginx as the API. @throws Error when it is not to be had: nothing else is as fast. */
export async function startUpstream(surroundings: Surroundings): Promise<string> {
  const upstream = await startNginxUpstream(surroundings);
  if (!upstream)
    throw new Error('nginx is not to be had, and it is the upstream: apt-get install nginx-light');
  return upstream;
}

/** The peers that look at no token. */
export async function startPlainPeers(upstream: string, surroundings: Surroundings): Promise<Contestant[]> {
  return present({
    'bare node': await startBareProxy(upstream, surroundings),
    nginx: await startNginxProxy(upstream, surroundings),
  });
}

/** Those that could be started. */
export function present(urls: Record<string, string | undefined>): Contestant[] {
  return Object.entries(urls).flatMap(([name, url]) => (url === undefined ? [] : [{ name, url }]));
}

/** Says which peers are left out. */
export function sayWhoIsMissing(contestants: readonly Contestant[], { console }: BenchContext): void {
  for (const name of ['haproxy', 'nginx'])
    if (!contestants.some((contestant) => contestant.name === name))
      console.line(`${name} is not to be had and is left out`);
}
