import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@gatehouse/testing';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

let around: Surroundings;

beforeEach(async () => {
  around = await startSurroundings();
});

afterEach(() => around.stop());

const readiness = async (log: LogReader) => {
  const report = (await (await log.get('/health/ready')).json()) as { checks: Record<string, string> };
  return report.checks['issuer-feed'];
};

describe('the writer', () => {
  it('is one of two instances; the other reads, and takes over when the first stops', async () => {
    const { issuer, nats } = around;
    issuer.commitMany(3);
    const first = await around.audit();
    await LogReader.of(first, around).covers(3);
    const second = LogReader.of(await around.audit(), around);
    await second.covers(3);
    expect(await readiness(second)).toBe('standing by: another instance is the writer');
    await first.stop();
    issuer.relay(nats, issuer.commitMany(4));
    await second.covers(7);
    expect(await readiness(second)).toBe('ok');
    expect((await second.entries()).map(({ eventId }) => eventId)).toEqual(issuer.events.map(({ id }) => id));
  });

  it('writes on, leaf after leaf, after Postgres has dropped every connection', async () => {
    const { issuer, nats } = around;
    const log = LogReader.of(await around.audit(), around);
    for (let round = 0; round < 4; round++) {
      issuer.relay(nats, issuer.commitMany(50));
      await around.sql(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      await eventually(() => log.covers(issuer.events.length));
    }
    expect((await log.entries()).map(({ eventId }) => eventId)).toEqual(issuer.events.map(({ id }) => id));
  });
});
