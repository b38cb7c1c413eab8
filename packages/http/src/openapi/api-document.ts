import * as contracts from '@gatehouse/contracts';
import type { Type } from '@nestjs/common';
import { z } from 'zod';
import {
  createDocument,
  type oas31,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { type Endpoint, endpointsOf } from './endpoints.js';
import type { OperationAnswer } from './operation.js';

/** An OpenAPI 3.1 document. */
export type ApiDocument = oas31.OpenAPIObject;

/** What {@link apiDocument} is told of an application. */
export interface ApiDescription {
  readonly title: string;
  readonly description: string;
  readonly controllers: readonly Type[];
}

/**
 * Describes an application's HTTP API from its controllers' decorators and the schemas they validate with, so that it
 * cannot say anything else than what is enforced. Schemas of `@gatehouse/contracts` become components of the same name.
 * @see OpenAPI Specification 3.1
 */
export function apiDocument({ title, description, controllers }: ApiDescription): ApiDocument {
  const endpoints = controllers.flatMap(endpointsOf);
  const document = createDocument({
    openapi: '3.1.1',
    info: { title, description, version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths: pathsOf(endpoints),
    components: {
      schemas: namedSchemas(),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'RFC 6750 §2.1; the scope each operation needs is listed.',
        },
      },
    },
  });
  return withoutUnused(document);
}

function pathsOf(endpoints: readonly Endpoint[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const endpoint of endpoints) (paths[endpoint.path] ??= {})[endpoint.method] = operationOf(endpoint);
  return paths;
}

function operationOf(endpoint: Endpoint): ZodOpenApiOperationObject {
  const { id, path, status, isPublic, permission, description } = endpoint;
  const body = endpoint.parameters.find((parameter) => parameter.in === 'body');
  return {
    operationId: id,
    tags: [tagOf(path)],
    ...(description && { summary: description.summary }),
    security: isPublic ? [] : [{ bearer: permission ? [permission] : [] }],
    requestParams: { path: pathParameters(endpoint), query: queryParameters(endpoint) },
    ...(body?.schema && {
      requestBody: { required: true, content: { 'application/json': { schema: body.schema } } },
    }),
    responses: {
      [`${description?.answer || status === 200 ? status : 204}`]: answerOf(description?.answer),
      default: {
        description: 'A refusal',
        content: { 'application/problem+json': { schema: contracts.Problem } },
      },
    },
  };
}

function answerOf(answer: OperationAnswer | undefined) {
  if (!answer) return { description: 'Done' };
  const types = answer instanceof z.ZodType ? { 'application/json': answer } : answer;
  const content = Object.entries(types).map(([type, schema]) => [type, { schema }] as const);
  return { description: 'Done', content: Object.fromEntries(content) };
}

function pathParameters({ path, parameters }: Endpoint): z.ZodObject {
  const names = [...path.matchAll(/\{(.+?)\}/g)].map(([, name]) => name!);
  const schemaOf = (name: string): z.ZodType =>
    parameters.find((parameter) => parameter.in === 'path' && parameter.name === name)?.schema ?? z.string();
  return z.object(Object.fromEntries(names.map((name) => [name, schemaOf(name)])));
}

function queryParameters({ parameters }: Endpoint): z.ZodObject {
  const query = parameters.find((parameter) => parameter.in === 'query')?.schema;
  return query instanceof z.ZodObject ? query : z.object({});
}

/** `/v1/tokens/{id}` → `tokens`. */
const tagOf = (path: string): string =>
  path.split('/').find((segment) => !/^(|v\d+)$/.test(segment)) ?? 'root';

function namedSchemas(): Record<string, z.ZodType> {
  const exported: readonly [string, unknown][] = Object.entries(contracts);
  return Object.fromEntries(
    exported.filter((entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType),
  );
}

/** Keeps the components that an operation reaches. */
function withoutUnused(document: ApiDocument): ApiDocument {
  const { schemas = {}, ...components } = document.components ?? {};
  const used = new Set<string>();
  const reach = (part: unknown) => {
    for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name!)) continue;
      used.add(name!);
      reach(schemas[name!]);
    }
  };
  reach(document.paths);
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept) } };
}
