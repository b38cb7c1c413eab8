import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@gatehouse/testing';
import { call, type Called } from './call.js';
import { until } from './until.js';
import { WafStage } from './waf-stage.js';

/** What a database says when a query was broken into. */
const SQL_ERROR =
  "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near 'sentinel' at line 1";
const OWN = `SecRule RESPONSE_HEADERS:X-Internal "@rx ." "id:2001,phase:3,deny,status:502,log,msg:'an internal header'"\n`;
const BOUND = 4096;

/** An API whose answers are what the path says. */
function answer({ url, headers }: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url ?? '/', 'http://upstream');
  const type = searchParams.get('type') ?? 'application/json';
  const said = JSON.stringify({ error: SQL_ERROR, asked: headers['accept-encoding'] });
  if (pathname.endsWith('/leak')) response.writeHead(200, { 'content-type': type }).end(said);
  else if (pathname.endsWith('/late-leak'))
    response.writeHead(200, { 'content-type': type }).end('x'.repeat(2 * BOUND) + said);
  else if (pathname.endsWith('/internal'))
    response.writeHead(200, { 'content-type': type, 'x-internal': 'db-7' }).end('{}');
  else if (pathname.endsWith('/zipped'))
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(gzipSync(said));
  else if (pathname.endsWith('/large')) response.writeHead(200, { 'content-type': type }).end(LARGE);
  else if (pathname.endsWith('/cached'))
    response
      .writeHead(200, { 'content-type': type, 'cache-control': 'public, max-age=60' })
      .end(JSON.stringify({ error: SQL_ERROR }));
  else response.writeHead(200, { 'content-type': type }).end(JSON.stringify({ orders: [1, 2, 3] }));
}

const LARGE = Buffer.alloc(3_000_000, 'orders, ');

describe('answers that the firewall looks at', () => {
  let all: WafStage;
  let server: Server;
  const at = (path: string, init?: RequestInit): Promise<Called> => all.at(path, init);

  beforeAll(async () => {
    all = await WafStage.start();
    server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const route = (id: string, answers: string, more = '') =>
      `  - { id: ${id}, path: /${id}/*, upstream: '${upstream}', scopes: { '*': [] }, waf: { mode: 'off', answers: { ${answers} } }${more} }\n`;
    await writeFile(join(all.stage.gateway.dir, 'answers.conf'), OWN);
    await writeFile(
      all.stage.gateway.routesFile,
      `${all.files.waf}routes:\n${[
        route('guarded', `mode: block, bodyBytes: ${BOUND}, rules: [answers.conf]`),
        route('kept', 'mode: block', ', cache: { shareBy: tenant }'),
        route('watched', `mode: detect, bodyBytes: ${BOUND}`),
        `  - { id: free, path: /free/*, upstream: '${upstream}', scopes: { '*': [] } }\n`,
      ].join('')}`,
    );
    await until(async () => (await at('/guarded/orders')).status === 200, 60_000);
  });
  afterAll(async () => {
    await all.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  it('are withheld when they say what only the inside should know, before a byte of them is out', async () => {
    const refused = await at('/guarded/leak');
    expect(refused).toMatchObject({ status: 502, code: 'answer-refused' });
    expect(refused.body).not.toContain('SQL');
    const decision = await all.decisionOn(refused);
    expect(decision).toMatchObject({ code: 'answer-refused', refusedBy: 'upstream', outcome: 'failed' });
    expect(decision.findings).toContain('waf-951230');
    expect(JSON.stringify(decision) + all.stage.gateway.logs()).not.toContain('sentinel');
    expect(await at('/guarded/leak?type=text/html')).toMatchObject({ code: 'answer-refused' });
    expect(await at('/guarded/internal')).toMatchObject({ code: 'answer-refused' });
  });

  it('are asked for uncompressed, and withheld when they are compressed all the same', async () => {
    const { body } = await at('/watched/leak', { headers: { 'accept-encoding': 'gzip' } });
    expect(JSON.parse(body)).toMatchObject({ asked: 'identity' });
    expect(await at('/guarded/zipped')).toMatchObject({ status: 502, code: 'answer-refused' });
    const watched = await at('/watched/zipped');
    expect(watched.body).toContain('SQL');
    expect((await all.decisionOn(watched)).findings).toContain('waf-unavailable');
  });

  it('pass as they are when nothing speaks against them, also large ones behind the bound', async () => {
    expect(await at('/guarded/orders')).toMatchObject({ status: 200, body: '{"orders":[1,2,3]}' });
    const large = await fetch(`${all.stage.gateway.url}/guarded/large`, {
      headers: { authorization: `Bearer ${all.token}` },
    });
    expect(Buffer.from(await large.arrayBuffer()).equals(LARGE)).toBe(true);
    expect((await at('/guarded/late-leak')).status).toBe(200); // so much is looked at, and no more
    expect((await at('/guarded/leak', { method: 'HEAD' })).status).toBe(200);
    expect((await at('/guarded/leak?type=image/png')).status).toBe(200); // no text
    expect((await at('/free/leak')).body).toContain('SQL');
  });

  it('are handed on and noted where it only detects', async () => {
    const answered = await at('/watched/leak');
    expect(answered).toMatchObject({ status: 200, code: '' });
    expect(answered.body).toContain('SQL');
    expect(await all.decisionOn(answered)).toMatchObject({
      outcome: 'served',
      findings: expect.arrayContaining(['waf-951230']),
    });
    const { body } = await call(`${all.stage.gateway.adminUrl}/metrics`);
    expect(body).toMatch(/waf_answer_looks_total\{verdict="leak"\} [1-9]/);
  });

  it('are not kept by the cache when they are withheld', async () => {
    for (let i = 0; i < 2; i++) expect(await at('/kept/cached')).toMatchObject({ code: 'answer-refused' });
  });

  it('are withheld where they cannot be looked at, and the gateway goes on', async () => {
    const tight = all.files.waf.replace(
      'threads: 2, timeoutMs: 20000',
      'threads: 1, timeoutMs: 10, maxWaiting: 1',
    );
    const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const gateway = await all.stage.another({
      routes: `${tight}routes:\n  - { id: tight, path: /tight/*, upstream: '${upstream}', scopes: { '*': [] }, waf: { mode: 'off', answers: { mode: block, bodyBytes: 1000000 } } }\n`,
    });
    await until(async () => (await all.at('/tight/orders', {}, gateway)).status !== 401);
    const answers = await Promise.all(Array.from({ length: 12 }, () => all.at('/tight/large', {}, gateway)));
    const withheld = answers.filter(({ code }) => code === 'waf-unavailable');
    expect(withheld.length).toBeGreaterThan(0);
    expect((await all.decisionOn(withheld[0], gateway)).refusedBy).toBe('upstream');
    await eventually(async () => expect((await all.at('/tight/orders', {}, gateway)).status).toBe(200));
  });
});
