import type { Permission } from '@gatehouse/contracts';
import { RequestMethod, type Type } from '@nestjs/common';
// Nest's own OpenAPI module reads these from here too.
import {
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
  RouteParamtypes,
} from '@nestjs/common/internal';
import { MetadataScanner } from '@nestjs/core';
import type { z } from 'zod';
import { IS_PUBLIC, REQUIRED_PERMISSION } from '../requires.js';
import { OPERATION, type OperationDescription } from './operation.js';

const SOURCES: Readonly<Record<string, Parameter['in']>> = {
  [RouteParamtypes.BODY]: 'body',
  [RouteParamtypes.QUERY]: 'query',
  [RouteParamtypes.PARAM]: 'path',
};

/** One parameter of a handler. */
interface Parameter {
  readonly in: 'body' | 'query' | 'path';
  /** Its name; absent: the whole body or query. */
  readonly name?: string;
  readonly schema?: z.ZodType;
}

/** One endpoint of a controller, as its decorators declare it. */
export interface Endpoint {
  /** Lower case, e.g. `post`. */
  readonly method: string;
  /** With its parameters as `{name}`. */
  readonly path: string;
  /** Unique in its application, e.g. `IssueToken.issue`. */
  readonly id: string;
  readonly status: number;
  readonly isPublic: boolean;
  readonly permission?: Permission;
  readonly parameters: readonly Parameter[];
  readonly description?: OperationDescription;
}

/** The endpoints of a controller class, in the order of its methods. */
export function endpointsOf(controller: Type): Endpoint[] {
  const prototype = controller.prototype as object;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler: unknown = Reflect.get(prototype, name);
    if (typeof handler !== 'function') return [];
    const method = metadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    return method === undefined ? [] : endpointOf(controller, name, handler, RequestMethod[method]);
  });
}

function endpointOf(controller: Type, name: string, handler: object, method: string): Endpoint[] {
  const permission = metadata(REQUIRED_PERMISSION, handler, controller) as Permission | undefined;
  const isPublic = (metadata(IS_PUBLIC, handler, controller) as boolean | undefined) === true;
  const description = metadata(OPERATION, handler) as OperationDescription | undefined;
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as RouteArguments;
  const shared = {
    method: method.toLowerCase(),
    id: `${controller.name.replace(/Controller$/, '')}.${name}`,
    status: (metadata(HTTP_CODE_METADATA, handler) as number | undefined) ?? (method === 'POST' ? 201 : 200),
    isPublic,
    ...(permission && { permission }),
    parameters: Object.entries(args).flatMap(([key, argument]) => parameterOf(key, argument)),
    ...(description && { description }),
  };
  const prefixes = pathsOf(controller);
  return prefixes.flatMap((prefix) =>
    pathsOf(handler).map((path) => ({ ...shared, path: templateOf(`${prefix}/${path}`) })),
  );
}

interface RouteArgument {
  readonly data?: unknown;
  readonly schema?: z.ZodType;
}

/** As Nest keeps them: by `<source>:<index>`. */
type RouteArguments = Readonly<Record<string, RouteArgument>>;

function parameterOf(key: string, { data, schema }: RouteArgument): Parameter[] {
  const source = SOURCES[key.split(':')[0]!];
  if (!source) return [];
  return [{ in: source, ...(typeof data === 'string' && { name: data }), ...(schema && { schema }) }];
}

const pathsOf = (target: object): string[] =>
  [(metadata(PATH_METADATA, target) as string | string[] | undefined) ?? ''].flat();

const templateOf = (path: string): string =>
  `/${path
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) =>
      segment
        .replace(/^:(.+)$/, '{$1}')
        .replace(/^\*$/, '{path}')
        .replace(/^\*(.+)$/, '{$1}'),
    )
    .join('/')}`;

/** What a decorator left on a handler, or on its class for all of them. */
const metadata = (key: string | symbol, handler: object, controller?: object): unknown =>
  Reflect.getMetadata(key, handler) ?? (controller && Reflect.getMetadata(key, controller));
