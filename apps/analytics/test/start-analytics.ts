import { type LookupAnswer, type RequestLogged, WatermarksAnswer } from '@gatehouse/contracts';
import { digestOfToken, formatOpaqueToken } from '@gatehouse/kernel';
import { connectNats, EventPublisher } from '@gatehouse/messaging';
import { applyStreams } from '@gatehouse/nats';
import { loadConfig, runService } from '@gatehouse/service';
import { eventually, startNats } from '@gatehouse/testing';
import { AnalyticsConfig } from '../src/analytics.config.js';
import { AnalyticsModule } from '../src/analytics.module.js';
import { temporaryClickHouse } from './temporary-clickhouse.js';

/** Callers of the tests: the operator, somebody of tenant acme, and somebody without the permission. */
const CALLERS = {
  operator: { tenant: 'default', scopes: ['usage:read', 'requests:read'] },
  acme: { tenant: 'acme', scopes: ['usage:read', 'requests:read'] },
  stranger: { tenant: 'default', scopes: ['tokens:read'] },
} as const;

/** One answer, whatever its status: a test holds the body to the contract it expects. */
export interface Answer {
  status: number;
  body: unknown;
}

/** The whole service on a port of its own, with its own engine and its own NATS server. */
export async function startAnalytics() {
  const [clickhouse, server] = await Promise.all([temporaryClickHouse(), startNats()]);
  const nats = await connectNats({ url: server.url, name: 'analytics' });
  await applyStreams(nats);
  const tokens = {
    operator: formatOpaqueToken('gh', 'test'),
    acme: formatOpaqueToken('gh', 'test'),
    stranger: formatOpaqueToken('gh', 'test'),
  };
  const byDigest = new Map(
    Object.entries(tokens).map(([name, token]) => [
      digestOfToken(token),
      CALLERS[name as keyof typeof CALLERS],
    ]),
  );
  const config = loadConfig(AnalyticsConfig, {
    PORT: '0',
    LOG_LEVEL: 'silent',
    NATS_URL: server.url,
    CHDB_PATH: clickhouse.path,
    ISSUER_URL: 'http://127.0.0.1:9',
    SERVICE_TOKEN: 'none',
  });
  const service = await runService({
    name: 'analytics',
    config,
    module: AnalyticsModule.with({
      config,
      clickhouse,
      nats,
      issuer: {
        lookup: (digest) => Promise.resolve(answerFor(byDigest.get(digest))),
        lookupAccessToken: () => Promise.reject(new Error('no access token is shown here')),
      },
    }),
  });
  const peer = await connectNats({ url: server.url, name: 'gateway' });
  const publisher = new EventPublisher(peer);
  let published = 0;
  const get = async (path: string, caller: keyof typeof CALLERS | 'nobody' = 'operator'): Promise<Answer> => {
    const headers: Record<string, string> =
      caller === 'nobody' ? {} : { authorization: `Bearer ${tokens[caller]}` };
    const response = await fetch(service.url + path, { headers });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
  };
  /** What is held of a gateway's batches. */
  const heldOf = async (gateway: string) => {
    const { gateways } = WatermarksAnswer.parse((await get('/v1/watermarks')).body);
    return gateways.find((held) => held.gateway === gateway);
  };
  return {
    clickhouse,
    server,
    peer,
    get,
    /** Publishes events, each as a message of its own, whatever was published before. */
    async publish(events: readonly RequestLogged[]): Promise<void> {
      for (const event of events) await publisher.publish(event, { msgId: `${event.id}#${published++}` });
    },
    heldOf,
    /** Waits until a gateway's batches are held up to one. */
    async ingested(gateway: string, batch: number): Promise<void> {
      await eventually(async () => {
        const found = await heldOf(gateway);
        if ((found?.batch ?? 0) < batch) throw new Error(`${gateway} is at ${found?.batch ?? 'nothing'}`);
      });
    },
    async stop(): Promise<void> {
      await service.stop();
      await peer.close();
      await server.stop();
      await clickhouse.remove();
    },
  };
}

function answerFor(caller: (typeof CALLERS)[keyof typeof CALLERS] | undefined): LookupAnswer {
  if (!caller) return { found: false, asOf: '0.0' };
  return {
    found: true,
    asOf: '0.0',
    tokenId: `tok_${'0'.repeat(32)}`,
    tenant: caller.tenant,
    status: 'active',
    scopes: [...caller.scopes],
    ipAllow: [],
    expiresAt: null,
    secretId: 'sec_1',
  };
}
