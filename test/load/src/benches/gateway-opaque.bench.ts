import type { Bench, BenchContext } from '../bench.js';
import { corePlan } from '../cores.js';
import { opaqueRules, startHaproxy } from '../peers/haproxy.js';
import { surroundingsOf } from '../surroundings.js';
import { startGatehouse } from '../system/gatehouse.js';
import { issueTokens } from '../tokens/issue-tokens.js';
import { touchEach } from '../tokens/touch-each.js';
import { zipfSequence } from '../tokens/zipf.js';
import { Wrk } from '../wrk.js';
import { routesYaml } from './bench-routes.js';
import { present, sayWhoIsMissing, startPlainPeers, startUpstream } from './gateway.bench.js';
import { OURS, runProxyContest } from './proxy-contest.js';
import { provesItsWork, tampered } from './same-work.js';

const SCOPE = 'demo:read';
const TOKENS = 100_000;
const SEQUENCE_LENGTH = 500_000;

/** The gateway with opaque tokens, of which a few make most calls. */
export const gatewayOpaqueBench: Bench = {
  name: 'gateway-opaque',
  summary: 'the same with opaque tokens, used as unevenly as tokens are (Zipf)',
  async run(context: BenchContext) {
    const { options, console } = context;
    const surroundings = await surroundingsOf(context, corePlan());
    const upstream = await startUpstream(surroundings);
    console.line('starting Gatehouse');
    const routes = { 'gateway.yaml': routesYaml(SCOPE, upstream) };
    const gatehouse = await startGatehouse({ gateways: 1, routes }, surroundings);
    const issued = await issueTokens(gatehouse.issuer, SCOPE, options.tokens ?? TOKENS, console);
    const tokens = issued.map(({ token }) => token);
    const [stranger] = await issueTokens(gatehouse.issuer, 'demo:write', 1, console);
    const haproxy = await startHaproxy(
      upstream,
      (folder) => opaqueRules(tokens, SCOPE, folder),
      surroundings,
    );
    const ours = { name: OURS, url: gatehouse.gateways[0]! };
    const common = [
      { what: 'a good token', token: tokens[0]!, status: 200 },
      { what: 'a tampered token', token: tampered(tokens[0]!), status: 401 },
    ];
    await provesItsWork(ours, [
      ...common,
      { what: 'a token without the scope', token: stranger!.token, status: 403 },
    ]);
    const others = present({ haproxy });
    for (const peer of others) await provesItsWork(peer, common);
    const wrk = await Wrk.with(surroundings, tokens, zipfSequence(tokens.length, SEQUENCE_LENGTH));
    const firstLookUpsPerSecond = Math.round(await touchEach(ours.url, tokens));
    console.line(`  first look-ups: ${firstLookUpsPerSecond}/s`);
    const contestants = [ours, ...others, ...(await startPlainPeers(upstream, surroundings))];
    sayWhoIsMissing(contestants, context);
    return {
      firstLookUpsPerSecond,
      ...(await runProxyContest({ contestants, upstream, wrk, readers: gatehouse.readers }, context)),
    };
  },
};
