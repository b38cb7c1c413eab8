import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@gatehouse/testing';
import { leafHashOf, rootFromInclusion, rootsFromConsistency } from '../../test/rfc-verifier.js';
import { LogReader, startSurroundings } from '../../test/start-audit.js';
import type { Surroundings } from '../../test/start-audit.js';

let around: Surroundings;

beforeEach(async () => {
  around = await startSurroundings();
});

afterEach(() => around.stop());

const ids = (events: readonly { id: string }[]): string[] => events.map(({ id }) => id);

describe('the issuer’s events', () => {
  it('are logged in their order, each once, and every leaf is proven by the signed checkpoint', async () => {
    const { issuer } = around;
    issuer.commitMany(1_203);
    const log = LogReader.of(await around.audit(), around);
    const { size, root, origin } = await log.covers(1_203);
    const entries = await log.entries();
    expect(origin).toBe('gatehouse.test/audit');
    expect(entries.map(({ eventId }) => eventId)).toEqual(ids(issuer.events));
    expect(entries.map(({ index }) => index)).toEqual(entries.map((_, i) => i));
    for (const [index, event] of issuer.events.entries()) {
      const leaf = leafHashOf(event);
      expect(entries[index].event).toEqual(event);
      expect(entries[index].leafHash).toBe(leaf.toString('base64'));
      if (index % 41 !== 0 && index < size - 3) continue;
      const { proof, leafHash } = await log.inclusion(index, size);
      expect(leafHash).toEqual(leaf);
      expect(rootFromInclusion(index, size, leaf, proof)).toEqual(root);
    }
  });

  it('are logged once when NATS brings them again, late or twice', async () => {
    const { issuer, nats } = around;
    const log = LogReader.of(await around.audit(), around);
    const first = issuer.commitMany(10);
    issuer.relay(nats, first);
    await log.covers(10);
    const second = issuer.commitMany(10);
    issuer.relay(nats, [...first, ...second.toReversed(), ...second, ...first]);
    await log.covers(20);
    issuer.relay(nats, [...issuer.events, ...issuer.commitMany(1)]);
    await log.covers(21);
    expect((await log.entries()).map(({ eventId }) => eventId)).toEqual(ids(issuer.events));
  });

  it('go on where they were after a restart, and each checkpoint extends every earlier one', async () => {
    const { issuer } = around;
    const checkpoints: { size: number; root: Buffer }[] = [];
    let log: LogReader | undefined;
    for (const count of [1, 6, 250, 300, 7]) {
      issuer.commitMany(count);
      const service = await around.audit();
      log = LogReader.of(service, around);
      checkpoints.push(await log.covers(issuer.events.length));
      await service.stop();
    }
    log = LogReader.of(await around.audit(), around);
    expect((await log.entries()).map(({ eventId }) => eventId)).toEqual(ids(issuer.events));
    for (const older of checkpoints)
      for (const newer of checkpoints.filter(({ size }) => size >= older.size)) {
        const proof = await log.consistency(older.size, newer.size);
        const { before, after } = rootsFromConsistency(older.size, newer.size, older.root, proof);
        expect([before, after]).toEqual([older.root, newer.root]);
      }
  });

  it('stop at a poison event, with an alarm, and go on once it is right', async () => {
    const { issuer } = around;
    issuer.commitMany(3);
    const service = await around.audit();
    const log = LogReader.of(service, around);
    await log.covers(3);
    const [poison] = [issuer.commit({ actor: 'half a pair: \ud83d' }), issuer.commit()];
    issuer.relay(around.nats, issuer.events.slice(3));
    await eventually(async () => {
      expect(await (await log.get('/metrics')).text()).toContain('gatehouse_audit_halted{part="issuer"} 1');
    });
    const ready = await log.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain(`event ${poison.id}: a string holds half of a surrogate pair`);
    expect(await log.entries()).toHaveLength(3);
    poison.actor = 'whole';
    await log.covers(5);
    expect((await log.entries()).map(({ eventId }) => eventId)).toEqual(ids(issuer.events));
    expect((await log.get('/health/ready')).status).toBe(200);
  });

  it('stop when an id comes back with other content: nothing that was logged is replaced', async () => {
    const { issuer } = around;
    const [original] = issuer.commitMany(2);
    const log = LogReader.of(await around.audit(), around);
    const before = await log.covers(2);
    issuer.commit({ id: original.id });
    await eventually(async () => {
      expect(await (await log.get('/metrics')).text()).toContain('gatehouse_audit_halted{part="issuer"} 1');
    });
    expect(await log.checkpoint()).toEqual(before);
  });
});
