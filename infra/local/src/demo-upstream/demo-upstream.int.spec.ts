import { once } from 'node:events';
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demoUpstream } from './demo-upstream.js';

describe('the demo upstream', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = demoUpstream().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const replayed = (status: number, bytes: number, method = 'GET') =>
    fetch(`${url}/old/page`, {
      method,
      headers: { 'x-replay-status': `${status}`, 'x-replay-bytes': `${bytes}` },
      redirect: 'manual',
    });

  it('tells what it saw, but no secret', async () => {
    const headers = {
      authorization: 'Bearer s3cret',
      cookie: 's3cret',
      'x-api-key': 's3cret',
      'x-kept': 'yes',
    };
    const answer = await fetch(`${url}/demo/a?b=c`, { method: 'POST', body: 'ignored', headers });
    const body = await answer.text();
    expect(JSON.parse(body)).toMatchObject({
      method: 'POST',
      path: '/demo/a?b=c',
      headers: { 'x-kept': 'yes' },
    });
    expect(body).not.toContain('s3cret');
  });

  it.each([
    [200, 0],
    [206, 1],
    [301, 300],
    [404, 65_536],
    [500, 65_537],
    [200, 3_000_000],
  ])('answers a logged %i with %i bytes', async (status, bytes) => {
    const answer = await replayed(status, bytes);
    expect(answer.status).toBe(status);
    expect((await answer.arrayBuffer()).byteLength).toBe(bytes);
  });

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('answers %s with %i without a body', async (method, status) => {
    const answer = await replayed(status, 5000, method);
    expect(answer.status).toBe(status);
    expect((await answer.arrayBuffer()).byteLength).toBe(0);
  });

  it.each([
    [100, 0],
    [99, 0],
    [600, 0],
    [200, -1],
    [200, 1.5],
  ])('refuses a logged %d with %d bytes', async (status, bytes) => {
    expect((await replayed(status, bytes)).status).toBe(400);
  });

  it('is ready', async () => {
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });
});
