import { HttpAuthModule, Public } from '@gatehouse/http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Inject, Module } from '@nestjs/common';
import { eventually } from '@gatehouse/testing';
import { Readiness, type RunningService, runService } from '../src/index.js';

let release: (() => void) | undefined;
let broken = false;

@Controller('v1')
class ThingsController {
  @Get('secret')
  secret() {
    return {};
  }

  @Public()
  @Get('slow')
  async slow() {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    return { done: true };
  }

  @Public()
  @Get('bug')
  bug() {
    throw new Error('gh_live_never-to-be-shown');
  }
}

@Module({
  imports: [HttpAuthModule.register({ lookup: { lookup: async () => ({ found: false, asOf: '0.0' }) } })],
  controllers: [ThingsController],
})
class ThingsModule {
  constructor(@Inject(Readiness) readiness: Readiness) {
    readiness.add('part', () => {
      if (broken) throw new Error('part is away');
    });
  }
}

let service: RunningService | undefined;
afterEach(() => service?.stop());

async function start(): Promise<string> {
  const config = { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'silent' };
  service = await runService({ name: 'things', config, module: ThingsModule });
  return service.url;
}

describe('runService', () => {
  it('is live always, and ready while every part is', async () => {
    const url = await start();
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({
      status: 'ok',
      checks: { part: 'ok' },
    });
    broken = true;
    const unready = await fetch(`${url}/health/ready`);
    broken = false;
    expect(unready.status).toBe(503);
    expect(await unready.json()).toEqual({ status: 'unavailable', checks: { part: 'part is away' } });
  });

  it('counts requests by route pattern, never by path', async () => {
    const url = await start();
    await fetch(`${url}/v1/tok_unknown`);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('gatehouse_http_request_duration_seconds_count{method="GET"');
    expect(metrics).toContain('process_resident_memory_bytes');
    expect(metrics).not.toContain('tok_unknown');
  });

  it('refuses an endpoint that forgot to say who may call it', async () => {
    const url = await start();
    expect((await fetch(`${url}/v1/secret`)).status).toBe(401);
  });

  it('keeps a caller’s request id when it is harmless, and makes one when it is not', async () => {
    const url = await start();
    const idFor = async (given: string) =>
      (await fetch(`${url}/health/live`, { headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await idFor('deploy-2026-11-22')).toBe('deploy-2026-11-22');
    expect(await idFor('{"level":"fatal"}')).toMatch(/^req_[0-9a-f]{32}$/);
  });

  it('hides what broke from the caller', async () => {
    const url = await start();
    const answer = await fetch(`${url}/v1/bug`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('never-to-be-shown');
  });

  it('finishes what is under way before it stops', async () => {
    const url = await start();
    const slow = fetch(`${url}/v1/slow`).then((response) => response.json());
    await eventually(() => expect(release).toBeDefined());
    const stopped = service!.stop();
    release?.();
    expect(await slow).toEqual({ done: true });
    await stopped;
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });

  it('describes its API as OpenAPI 3.1, to anybody', async () => {
    const url = await start();
    const answer = await fetch(`${url}/openapi.json`);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toMatchObject({
      openapi: '3.1.1',
      info: { title: 'Gatehouse things' },
      paths: {
        '/health/live': { get: { security: [] } },
        '/v1/secret': { get: { operationId: 'Things.secret', security: [{ bearer: [] }] } },
      },
    });
  });
});
