import type { Bench } from '../bench.js';
import { readable } from '../console.js';
import { corePlan } from '../cores.js';
import { rounded } from '../statistics.js';
import { surroundingsOf } from '../surroundings.js';
import { residentMb } from '../system/resident-memory.js';
import { Es256Issuer } from '../tokens/es256-issuer.js';
import { Wrk } from '../wrk.js';
import { SCOPE, startOurs, startUpstream } from './gateway.bench.js';

const TOKENS = 200;
const SECONDS = 60;

/** What a gateway weighs, and how fast it answers, minute by minute at half of what it can do, beside all the others. */
export const gatewayEnduranceBench: Bench = {
  name: 'gateway-endurance',
  summary: '--minutes at half load, everything running: memory and latency, minute by minute',
  async run(context) {
    const { options, console } = context;
    const surroundings = await surroundingsOf(context, corePlan());
    const issuer = new Es256Issuer();
    const upstream = await startUpstream(surroundings);
    const { gateways, gatewayPid } = await startOurs(issuer, upstream, surroundings, context);
    const tokens = Array.from({ length: options.tokens ?? TOKENS }, () => issuer.issue(SCOPE));
    const wrk = await Wrk.with(surroundings, tokens, [...tokens.keys()]);
    const load = { url: `${gateways[0]}/bench/hello`, connections: options.connections };
    const full = await wrk.load({ ...load, seconds: options.seconds });
    const requestsPerSecond = Math.round(full.requestsPerSecond / 2);
    console.line(`half of its full load: ${readable(requestsPerSecond)}/s`);
    const minutes = [];
    for (let minute = 1; minute <= options.minutes; minute++) {
      const { failures, ...result } = await wrk.load({ ...load, seconds: SECONDS, requestsPerSecond });
      if (failures) throw new Error(`${failures} requests were answered with an error`);
      const [p50Ms, p99Ms] = [rounded(result.p50Ms), rounded(result.p99Ms)];
      const rssMb = await residentMb(gatewayPid);
      console.line(
        `  minute ${minute}  ${readable(result.requestsPerSecond)}/s  p50 ${p50Ms} ms  p99 ${p99Ms} ms  ${rssMb} MB`,
      );
      minutes.push({ requestsPerSecond: Math.round(result.requestsPerSecond), p50Ms, p99Ms, rssMb });
    }
    return { minutes };
  },
};
