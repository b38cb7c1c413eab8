import { BacktestReport } from '@gatehouse/contracts';
import { eventually } from '@gatehouse/testing';
import { openNote, parseCheckpoint, parseNoteVerifier, verifyInclusion } from '@gatehouse/tlog';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Gatehouse } from './gatehouse.js';
import { SAMPLE_STATUSES, sampleLog } from './sample-log.js';

let system: Gatehouse;
beforeAll(async () => {
  system = await Gatehouse.start(['--gateways', '2']);
});
afterAll(() => system.stop(), 60_000);

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');

const issue = (scopes: string[]) => system.issuer.issue({ name: 'e2e', scopes, expiresInSeconds: 600 });

describe('the main job', () => {
  it('guards: the right scope passes, the wrong one and no token are refused with code and request id', async () => {
    const { token } = await issue(['demo:read']);
    const passed = await system.call(0, '/demo/hello?x=1', token);
    expect(passed.status).toBe(200);
    expect(await passed.json()).toMatchObject({ method: 'GET', path: '/demo/hello?x=1' });
    const wrote = await system.call(0, '/demo/hello', token, { method: 'POST', body: 'x' });
    expect(wrote.status).toBe(403);
    const problem = (await wrote.json()) as { code: string; requestId: string };
    expect(problem.code).toBe('scope-insufficient');
    expect(problem.requestId).toBe(wrote.headers.get('x-request-id'));
    expect((await system.call(0, '/demo/hello')).status).toBe(401);
  });

  it('lists its routes, and keeps the admin API to those who may see it', async () => {
    const { routes } = await system.gatewayAdmin(0).routes();
    expect(routes.map((route) => route.id)).toEqual(expect.arrayContaining(['demo', 'replay']));
    expect((await fetch(`${system.run.gateways[0].adminUrl}/v1/routes`)).status).toBe(401);
  });

  it('revokes: both gateways confirm within a second, and both refuse from then on', async () => {
    let token = '';
    await eventually(async () => {
      const issued = await issue(['demo:read']);
      ({ token } = issued);
      for (const gateway of [0, 1]) expect((await system.call(gateway, '/demo/x', token)).status).toBe(200);
      const { receipt, status } = await system.issuer.revoke(issued.id, 'e2e', { waitForGateways: true });
      expect(status).toBe('revoked');
      expect(receipt?.complete).toBe(true);
      expect(receipt?.gateways).toHaveLength(2);
      for (const { appliedInMs } of receipt?.gateways ?? []) expect(appliedInMs).toBeLessThan(1_000);
    });
    for (const gateway of [0, 1]) {
      const refused = await system.call(gateway, '/demo/x', token);
      expect([refused.status, await refused.json()]).toEqual([
        401,
        expect.objectContaining({ code: 'token-revoked' }),
      ]);
    }
  });

  it('suspends and resumes at the gateways too', async () => {
    const { id, token } = await issue(['demo:read']);
    expect((await system.call(0, '/demo/x', token)).status).toBe(200);
    await system.issuer.suspend(id, 'e2e', { waitForGateways: true });
    await eventually(async () =>
      expect(await (await system.call(0, '/demo/x', token)).json()).toMatchObject({
        code: 'token-suspended',
      }),
    );
    await system.issuer.resume(id, 'e2e', { waitForGateways: true });
    await eventually(async () => expect((await system.call(0, '/demo/x', token)).status).toBe(200));
  });

  it('rotates: with no overlap the old secret is refused and the new one passes, under the same id', async () => {
    const { id, token } = await issue(['demo:read']);
    expect((await system.call(0, '/demo/x', token)).status).toBe(200);
    const { code, stdout } = await system.command(['tokens', 'rotate', id, '--overlap', '0', '--json']);
    expect(code).toBe(0);
    const rotated = JSON.parse(stdout) as { id: string; token: string };
    expect(rotated.id).toBe(id);
    expect((await system.call(0, '/demo/x', rotated.token)).status).toBe(200);
    await eventually(async () =>
      expect(await (await system.call(0, '/demo/x', token)).json()).toMatchObject({ code: 'secret-retired' }),
    );
  });

  it('records: a request shows in usage within two seconds, with nothing missing', async () => {
    await eventually(async () => {
      const { id, token } = await issue(['demo:read']);
      const from = new Date();
      for (let i = 0; i < 20; i++) await system.call(i % 2, '/demo/x', token);
      await eventually(
        async () => {
          const answer = await system.usage.usage({ from, groupBy: ['token', 'status'] });
          const row = answer.rows.find((r) => r.token === id);
          expect(row).toMatchObject({ calls: 20, errors: 0, status: 200 });
          expect(row?.latencyMs.p99).toBeGreaterThan(0);
          expect(answer.missing).toBe(0);
        },
        { timeoutMs: 2_000 },
      );
    });
  });

  it('tries rules on what was recorded: says how many requests of whom they would have refused', async () => {
    const { id, token } = await issue(['demo:read']);
    for (let i = 0; i < 12; i++) await system.call(i % 2, '/demo/x', token);
    const backtest = async (...rules: string[]) => {
      const { code, stdout } = await system.command(['backtest', ...rules, '--route', 'demo', '--json']);
      expect(code).toBe(0);
      const { byToken } = BacktestReport.parse(JSON.parse(stdout));
      return byToken.find(({ tokenId }) => tokenId === id)?.requests;
    };
    await eventually(async () => expect(await backtest('--limit', 'token:5/1d')).toBe(7));
    expect(await backtest('--scope', 'GET=demo:write')).toBe(12);
    expect(await backtest('--scope', 'GET=demo:read', '--ip-allow', '127.0.0.0/8')).toBeUndefined();
  });

  it('says in the log what each gateway’s configuration is, and who changed it', async () => {
    const { version } = await system.gatewayAdmin(0).config();
    await eventually(async () => {
      const entries = await all(system.audit.entries({ type: 'GatewayConfigChanged' }));
      expect(entries.map(({ actor }) => actor)).toEqual(['file', 'file']);
      for (const { event } of entries)
        expect(event).toMatchObject({ data: { before: null, after: version } });
    });
  });

  it('proves: a token’s entries are in the log under a signed checkpoint', async () => {
    const { id } = await issue(['demo:read']);
    await system.issuer.revoke(id, 'e2e');
    const entries = await eventually(async () => {
      const found = await all(system.audit.entries({ token: id }));
      expect(found.map((entry) => entry.type)).toEqual(['token.issued.v1', 'token.revoked.v1']);
      return found;
    });
    const log = (await (
      await fetch(`${system.run.audit.url}/v1/log`, {
        headers: { authorization: `Bearer ${system.run.adminToken}` },
      })
    ).json()) as { verifierKey: string };
    await eventually(async () => {
      const note = openNote(await system.audit.checkpoint(), [parseNoteVerifier(log.verifierKey)]);
      const { size, root } = parseCheckpoint(note.text);
      for (const { index, leafHash } of entries) {
        const { proof } = await system.audit.inclusionProof(index, size);
        const claim = { index, size, leafHash: bytes(leafHash), proof: proof.map(bytes), root };
        expect(verifyInclusion(claim)).toBe(true);
      }
    });
  });

  it('lets others subscribe, with the command and without credentials', async () => {
    let tail: { kill(): boolean } | undefined;
    const printed = new Promise<string>((resolve) => {
      void system.command(['events', 'tail', '--type', 'TokenRevoked', '--json'], (child) => {
        tail = child;
        child.stdout?.once('data', (data: Buffer) => resolve(data.toString()));
      });
    });
    const revoked: string[] = [];
    const trying = (async () => {
      for (let done = false; !done; ) {
        const { id } = await issue(['demo:read']);
        await system.issuer.revoke(id, 'tail');
        revoked.push(id);
        done = await Promise.race([
          printed.then(() => true),
          new Promise<false>((r) => setTimeout(r, 250, false)),
        ]);
      }
    })();
    const event = JSON.parse(await printed) as { type: string; subject: string };
    tail?.kill();
    await trying;
    expect(event.type).toBe('token.revoked.v1');
    expect(revoked).toContain(event.subject);
  });

  const log = sampleLog();
  const itWithSample = log ? it : it.skip;
  itWithSample(
    'replays a real access log: all 10,000 recorded, by status as in the file',
    async () => {
      if (!log) return; // said so already
      const { code, stdout, stderr } = await system.command(['replay', log ?? '', '--json', '--keep-tokens']);
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      const report = JSON.parse(stdout) as Record<string, unknown>;
      expect(report).toMatchObject({ complete: true, knownMissing: 0, recorded: SAMPLE_STATUSES });
      const answer = await system.usage.usage({
        from: new Date(Date.now() - 3_600_000),
        route: 'replay',
        groupBy: ['status'],
      });
      const recorded = Object.fromEntries(answer.rows.map((row) => [String(row.status), row.calls]));
      expect(recorded).toEqual(SAMPLE_STATUSES);
      expect(answer.missing).toBe(0);
    },
    180_000,
  );

  it('stops cleanly when asked to', async () => {
    expect(await system.stop()).toBe(0);
  });
});
