import { Agent, request } from 'node:http';
import { eventually } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ingestion } from './ingestion.js';
import { type Stage, setStage } from './stage.js';

const CLIENTS = 16;
const KILLS = 5;

describe('a gateway that is killed under load', () => {
  let stage: Stage;
  let ingestion: Ingestion;

  beforeAll(async () => {
    stage = await setStage();
    ingestion = new Ingestion(stage.nats);
  });
  afterAll(async () => {
    await ingestion.stop();
    await stage.stop();
  });

  it('has a record of every request it answered, each exactly once and in order', async () => {
    const { token } = stage.issuer.issue();
    const answered = new Set<string>();
    const load = { on: true };
    let sent = 0;
    const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
    const clients = Array.from({ length: CLIENTS }, async () => {
      while (load.on) {
        const id = `crash-${String(sent++).padStart(8, '0')}`;
        if (await answers(`${stage.gateway.url}/demo/bytes?size=3000`, token, id, agent)) answered.add(id);
      }
    });
    for (let kill = 0; kill < KILLS; kill++) {
      const goal = answered.size + 1_000;
      await eventually(() => expect(answered.size).toBeGreaterThan(goal));
      await stage.gateway.kill('SIGKILL');
      await stage.gateway.restart();
    }
    load.on = false;
    await Promise.all(clients);
    agent.destroy();

    await eventually(() => {
      const seen = new Set(ingestion.records.map(({ requestId }) => requestId));
      expect([...answered].filter((id) => !seen.has(id))).toEqual([]);
    });
    const seqs = ingestion.records.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    const ids = ingestion.records.map(({ requestId }) => requestId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

/** Whether the whole answer arrived. */
function answers(url: string, token: string, id: string, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}`, 'x-request-id': id };
    const call = request(url, { agent, headers }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('close', () =>
        resolve(response.statusCode === 200 && response.complete && bytes === 3_000),
      );
      response.on('error', () => {});
    });
    call.on('error', () => setTimeout(() => resolve(false), 5));
    call.end();
  });
}
