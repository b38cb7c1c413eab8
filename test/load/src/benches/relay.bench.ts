import { setTimeout as delay } from 'node:timers/promises';
import { comparePositions } from '@gatehouse/kernel';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Pool } from 'undici';
import type { Bench } from '../bench.js';
import { readable } from '../console.js';
import { percentile, rounded } from '../statistics.js';
import { type LoneIssuer, startLoneIssuer } from '../system/lone-issuer.js';

const EVENTS_PER_SECOND = 5_000;
const BULK = 50;
const PERIOD_MS = (1000 * BULK) / EVENTS_PER_SECOND;

interface Arrival {
  position: string;
  latencyMs: number;
}

/** From the database's time of an event to its arrival from JetStream at a subscriber, at a steady 5,000 a second. */
export const relayBench: Bench = {
  name: 'relay',
  summary: 'event written → received from JetStream at 5,000/s, in order',
  async run({ options, console, cleanUp }) {
    console.line('starting Postgres (every commit synced), NATS and the issuer');
    const issuer = await startLoneIssuer(cleanUp);
    const nats = await connect({ servers: issuer.natsUrl });
    cleanUp.add(() => nats.close());
    const arrivals: Arrival[] = [];
    const consumer = await jetstream(nats).consumers.get('EVENTS');
    await consumer.consume({
      callback: (message) => {
        const event = message.json<{ position: string; time: string }>();
        arrivals.push({ position: event.position, latencyMs: Date.now() - Date.parse(event.time) });
      },
    });
    const sent = await steadily(issuer, options.seconds * options.rounds);
    const deadline = performance.now() + 10_000;
    while (arrivals.length < sent && performance.now() < deadline) await delay(50);

    const latencies = arrivals.map((arrival) => arrival.latencyMs);
    const inOrder = arrivals.every(
      (a, i) => i === 0 || comparePositions(arrivals[i - 1]!.position, a.position) < 0,
    );
    const [p50Ms = 0, p99Ms = 0] = [0.5, 0.99].map((share) => rounded(percentile(latencies, share)));
    const perSecond = Math.round(sent / (options.seconds * options.rounds));
    console.table(
      ['', 'sent', 'received', 'events/s', 'p50 ms', 'p99 ms', 'in order'],
      [
        [
          'relay',
          readable(sent),
          readable(arrivals.length),
          readable(perSecond),
          `${p50Ms}`,
          `${p99Ms}`,
          `${inOrder}`,
        ],
      ],
    );
    return { bench: 'relay', sent, received: arrivals.length, perSecond, p50Ms, p99Ms, inOrder };
  },
};

/** Issues in bulk at a fixed pace, whatever the answers take. @returns how many events were acknowledged. */
async function steadily({ url, adminToken }: LoneIssuer, seconds: number): Promise<number> {
  const pool = new Pool(url, { connections: 16 });
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const tokens = Array.from({ length: BULK }, () => ({ name: 'bench', scopes: ['bench:read'] }));
  const body = JSON.stringify({ tokens });
  const calls: Promise<number>[] = [];
  const beganAt = performance.now();
  for (let n = 0; n * PERIOD_MS < seconds * 1000; n++) {
    await delay(Math.max(0, beganAt + n * PERIOD_MS - performance.now()));
    calls.push(
      pool.request({ method: 'POST', path: '/v1/tokens/bulk', headers, body }).then(async (answer) => {
        await answer.body.dump();
        return answer.statusCode === 200 ? BULK : 0;
      }),
    );
  }
  const counts = await Promise.all(calls);
  await pool.close();
  return counts.reduce((a, b) => a + b, 0);
}
