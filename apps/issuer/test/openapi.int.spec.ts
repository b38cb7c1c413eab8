import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpAdapterHost } from '@nestjs/core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { startIssuer } from './start-issuer.js';
import { routesOf } from './two-tenants/route-table.js';

interface Operation {
  operationId: string;
  summary?: string;
  responses: Record<string, { content?: unknown }>;
}

/** Answered by the protocol engine and by pages, which discovery and links describe. */
const isElsewhere = (path: string): boolean =>
  path === '*' || /^\/(oauth|account|pages|interaction|\.well-known)(\/|$)/.test(path);

describe('GET /openapi.json of the issuer', () => {
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  let document: { openapi: string; paths: Record<string, Record<string, Operation>> };
  beforeAll(async () => {
    issuer = await startIssuer();
    document = (await (await fetch(`${issuer.url}/openapi.json`)).json()) as typeof document;
  });
  afterAll(() => issuer.stop());

  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(await new Validator().validate({ ...document })).toMatchObject({ valid: true });
  });

  it('describes every route there is', () => {
    const routes = routesOf(issuer.get(HttpAdapterHost).httpAdapter.getInstance());
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const registered = routes
      .filter(({ method, path }) => method !== 'HEAD' && !isElsewhere(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.toSorted()).toEqual(expect.arrayContaining(registered.toSorted()));
  });

  it('says what each operation does, and what it answers', () => {
    const silent = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { summary, responses }]) => !summary || !(responses['204'] || answersWith(responses)))
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    expect(silent).toEqual([]);
  });

  it('names each operation once', () => {
    const ids = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

const answersWith = (responses: Operation['responses']): boolean =>
  Object.entries(responses).some(([status, { content }]) => status.startsWith('2') && content !== undefined);
