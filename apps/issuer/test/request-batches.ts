import { type RequestRecord, RequestLogged, subjectOf } from '@gatehouse/contracts';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

/** What a test cares about in a record; the rest is as usual. */
export type UsedRecord = Partial<RequestRecord>;

/** A gateway's side of the REQUESTS stream. */
export async function requestBatches(url: string) {
  const nats = await connect({ servers: url });
  const publisher = jetstream(nats);
  let batch = 0;
  const send = async (json: unknown): Promise<void> => {
    await publisher.publish(subjectOf({ type: RequestLogged.type, tenant: 'default' }), JSON.stringify(json));
  };
  return {
    send,
    /** Publishes one batch. */
    log: (...records: UsedRecord[]) => send(batchOf(++batch, records)),
    close: () => nats.close(),
  };
}

function batchOf(batch: number, records: readonly UsedRecord[]): RequestLogged {
  const data = { gateway: 'gw-1', batch, part: 1, parts: 1, from: 1, to: records.length, oldest: 1 };
  return {
    specversion: '1.0',
    id: `gw-1-${batch}-1`,
    source: 'gateway',
    type: RequestLogged.type,
    subject: 'gw-1',
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    tenant: 'default',
    actor: 'system:gateway',
    data: { ...data, records: records.map(recordOf) },
  };
}

const recordOf = (record: UsedRecord, i: number): RequestRecord => ({
  seq: i + 1,
  at: new Date().toISOString(),
  requestId: `req_${i}`,
  tenant: 'default',
  route: 'demo',
  tokenId: '',
  method: 'GET',
  path: '/demo',
  status: 200,
  outcome: 'served',
  code: '',
  clientAddress: '192.0.2.1',
  country: 'DE',
  userAgent: 'spec',
  referrer: '',
  requestBytes: 0,
  responseBytes: 0,
  latencyMs: 1,
  upstreamMs: 1,
  traceId: '',
  ...record,
});
