import { z } from 'zod';
import { Scope } from './token.fields.js';

/** The words in which a route is described, in gateway.yaml as in an API that is published. */

export const HttpMethod = z.string().regex(/^[A-Z][A-Z-]{1,30}$/, 'an HTTP method in capitals, e.g. GET');

/** Host names a route answers to. */
export const RouteHost = z
  .string()
  .regex(
    /^(\*\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
    'a lower-case host name without port, e.g. api.example.com or *.example.com',
  );

const SHAPE =
  /^\/((?:[A-Za-z0-9._~!$&'()+,;=:@-]+|\{[A-Za-z][A-Za-z0-9_]{0,31}\})\/)*([A-Za-z0-9._~!$&'()+,;=:@-]*|\{[A-Za-z][A-Za-z0-9_]{0,31}\}|\*)$/;

/** A path, or with `/*` everything below it; `{id}` stands for one segment. */
export const RoutePath = z
  .string()
  .max(512)
  .regex(SHAPE, { error: 'a path such as /orders, /users/{id} or, with everything below it, /orders/*' })
  .refine((path) => {
    const names = parametersOf(path).map(([name]) => name);
    return new Set(names).size === names.length;
  }, 'no two parameters of one name')
  .refine((path) => !/\/\.{1,2}(\/|$)/.test(path), 'no dot segments');

/** A whole segment in braces. */
const PARAMETER = /^\{([A-Za-z][A-Za-z0-9_]{0,31})\}$/;

/** Names and positions of a path's parameters. */
export const parametersOf = (path: string): [name: string, position: number][] =>
  path
    .slice(1)
    .split('/')
    .flatMap((part, i) => {
      const name = PARAMETER.exec(part)?.[1];
      return name === undefined ? [] : [[name, i] as [string, number]];
    });

/** All of a list, or one of those in `any`. */
export const needOf = <T extends z.ZodType>(one: T) =>
  z.union([z.array(one).max(50), z.strictObject({ any: z.array(one).min(1).max(50) })]);

/** What a token's `roles` must hold: all of a list, or one of `{ any: [...] }`. */
export const RoleNeed = needOf(
  z.string().regex(/^[\x21-\x7e]{1,128}$/, 'a role is 1–128 visible ASCII characters'),
);
export type RoleNeed = z.infer<typeof RoleNeed>;

/** Scopes; `user:{id}` is the scope for whatever stands at `{id}` in the path. */
export const ScopeNeed = needOf(Scope);
export type ScopeNeed = z.infer<typeof ScopeNeed>;

/**
 * What a token must hold, by method; `*` covers the methods not named. A method that is not covered is refused. A list
 * means all of it, `{ any: [...] }` one of it.
 */
export const RouteScopes = z
  .record(z.union([z.literal('*'), HttpMethod]), ScopeNeed)
  .refine((scopes) => Object.keys(scopes).length > 0, 'at least one method or "*"');
export type RouteScopes = z.infer<typeof RouteScopes>;

/** A part of a scope that stands for a part of the path. */
export const SCOPE_PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9_]{0,31})\}/;

/** Names of the path parameters that a scope is bound to. */
export const placeholdersOf = (scope: string): string[] =>
  scope.split(SCOPE_PLACEHOLDER).filter((_, i) => i % 2 === 1);

/** Path parameters that scopes name, and that the path does not have; with the method each is named for. */
export function unboundParameters(path: string, scopes: RouteScopes): [method: string, parameter: string][] {
  const known = new Set(parametersOf(path).map(([name]) => name));
  return Object.entries(scopes).flatMap(([method, need]) =>
    (Array.isArray(need) ? need : need.any)
      .flatMap(placeholdersOf)
      .filter((name) => !known.has(name))
      .map((name): [string, string] => [method, name]),
  );
}

/** Where requests go: scheme, host, port and perhaps a path that goes before theirs. */
export const UpstreamUrl = z.url({ protocol: /^https?$/, error: 'an http or https URL' }).refine((text) => {
  const { username, search, hash } = new URL(text);
  return username === '' && search === '' && hash === '';
}, 'no user information, query or fragment');

/** Those who share the requests. */
export const UpstreamTargets = z
  .array(z.strictObject({ url: UpstreamUrl, weight: z.int().min(1).max(1000).default(1) }))
  .min(1)
  .max(64)
  .refine((targets) => new Set(targets.map(({ url }) => url)).size === targets.length, 'no URL twice');
export type UpstreamTargets = z.infer<typeof UpstreamTargets>;

/** How large an upstream's answers may be. */
export const ResponseBytes = z
  .int()
  .min(0)
  .max(1024 ** 4)
  .describe('Larger answers are refused, or cut off where their length was not announced. Absent: any.');

/** Taken off the front of a path before it goes upstream. */
export const StripPrefix = z
  .string()
  .startsWith('/')
  .max(512)
  .refine((prefix) => !prefix.includes('{'), 'no parameters');

/** Whether a prefix is at the front of every path that a route covers. */
export function isPrefixOf(prefix: string, path: string): boolean {
  const bare = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path === bare || path.startsWith(`${bare}/`);
}
