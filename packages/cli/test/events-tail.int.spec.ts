import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GatehouseEvent, subjectOf } from '@gatehouse/contracts';
import { eventually, type RunningNats, startNats } from '@gatehouse/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { runGatehouse } from '../src/run-gatehouse.js';
import { CapturedTerminal } from './captured-terminal.js';

let nats: RunningNats;
let relay: Awaited<ReturnType<typeof connect>>;
beforeAll(async () => {
  nats = await startNats();
  relay = await connect({ servers: new URL(nats.url).host });
  await (await jetstreamManager(relay)).streams.add({ name: 'EVENTS', subjects: ['tokens.>'] });
  await publish(revocation('first'));
});
afterAll(async () => {
  await relay.close();
  await nats.stop();
});

const TOKEN_ID = `tok_${'1'.repeat(32)}`;
const revocation = (reason: string): GatehouseEvent => ({
  specversion: '1.0',
  id: randomUUID(),
  source: 'issuer',
  subject: TOKEN_ID,
  time: '2026-01-01T00:00:00Z',
  datacontenttype: 'application/json',
  tenant: 'default',
  actor: 'system:test',
  type: 'token.revoked.v1',
  data: { tokenId: TOKEN_ID, reason },
});
const publish = (event: GatehouseEvent) => jetstream(relay).publish(subjectOf(event), JSON.stringify(event));

function tail(...args: string[]) {
  const terminal = new CapturedTerminal();
  const exitCode = runGatehouse(['events', 'tail', '--nats-url', nats.url, ...args], { env: {}, terminal });
  return { terminal, exitCode };
}

describe('gatehouse events tail', () => {
  it('prints what other systems receive, a JSON document a line', async () => {
    const { terminal, exitCode } = tail('--from', 'beginning', '--count', '1', '--json');
    expect(await exitCode).toBe(0);
    expect(JSON.parse(terminal.printed)).toMatchObject({
      type: 'token.revoked.v1',
      data: { reason: 'first' },
    });
  });

  it('follows until it is interrupted', async () => {
    const { terminal, exitCode } = tail('--type', 'TokenRevoked', '--from', 'beginning');
    await eventually(() => expect(terminal.printed).toContain('first'));
    await publish(revocation('second'));
    await eventually(() => expect(terminal.printed).toMatch(/TokenRevoked.*second\n/));
    terminal.interrupt();
    expect(await exitCode).toBe(0);
  });

  it('fails when there is no server', async () => {
    const { terminal, exitCode } = tail('--nats-url', 'nats://127.0.0.1:1');
    expect(await exitCode).toBe(1);
    expect(terminal.noted).toContain('error: no answer from nats://127.0.0.1:1');
  });
});
