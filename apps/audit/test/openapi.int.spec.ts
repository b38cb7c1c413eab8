import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { startSurroundings } from './start-audit.js';
import type { Surroundings } from './start-audit.js';

interface Described {
  summary?: string;
  responses: Record<string, { content?: unknown }>;
}

let around: Surroundings;
let document: { paths: Record<string, Record<string, Described>> };
let fastify: FastifyInstance;

beforeAll(async () => {
  around = await startSurroundings();
  const service = await around.audit();
  document = (await (await fetch(`${service.url}/openapi.json`)).json()) as typeof document;
  fastify = service.app.get(HttpAdapterHost).httpAdapter.getInstance<FastifyInstance>();
});

afterAll(() => around.stop());

const operations = (): [string, string, Described][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]): [string, string, Described] => [
      method.toUpperCase(),
      path,
      described,
    ]),
  );

describe('GET /openapi.json of the audit log', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(await new Validator().validate({ ...document })).toMatchObject({ valid: true });
  });

  it('describes every route there is', () => {
    for (const [method, path] of operations()) {
      const url = path.replace('{path}', '*').replace(/\{(\w+)\}/g, ':$1');
      expect([method, path, fastify.hasRoute({ method, url })]).toEqual([method, path, true]);
    }
    // Fastify prints all wildcards as one.
    const printed = [
      ...fastify.printRoutes({ commonPrefix: false }).matchAll(/[^*] \(([A-Z, ]+)\)/g),
    ].flatMap(([, methods]) => methods.split(', ').filter((method) => method !== 'HEAD'));
    expect(operations().filter(([, path]) => !path.endsWith('{path}'))).toHaveLength(printed.length);
  });

  it('says what each operation does, and what it answers', () => {
    const silent = operations().filter(([, , { summary, responses }]) => {
      const answers = Object.entries(responses).some(
        ([status, { content }]) => status.startsWith('2') && content,
      );
      return !summary || !(answers || responses['204']);
    });
    expect(silent.map(([method, path]) => `${method} ${path}`)).toEqual([]);
  });
});
