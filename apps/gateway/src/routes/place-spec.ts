import { z } from 'zod';
import { parametersOf } from './path-pattern.js';

export const Method = z.string().regex(/^[A-Z][A-Z-]{1,30}$/, 'an HTTP method in capitals, e.g. GET');
const Host = z
  .string()
  .regex(
    /^(\*\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
    'a lower-case host name without port, e.g. api.example.com or *.example.com',
  );
const SHAPE =
  /^\/((?:[A-Za-z0-9._~!$&'()+,;=:@-]+|\{[A-Za-z][A-Za-z0-9_]{0,31}\})\/)*([A-Za-z0-9._~!$&'()+,;=:@-]*|\{[A-Za-z][A-Za-z0-9_]{0,31}\}|\*)$/;
const Path = z
  .string()
  .max(512)
  .regex(SHAPE, { error: 'a path such as /orders, /users/{id} or, with everything below it, /orders/*' })
  .refine((path) => {
    const names = parametersOf(path).map(([name]) => name);
    return new Set(names).size === names.length;
  }, 'no two parameters of one name')
  .refine((path) => !/\/\.{1,2}(\/|$)/.test(path), 'no dot segments');

/** Where a route of gateway.yaml is found. */
export const placeFields = {
  /** Host names this route answers to; absent: any. */
  hosts: z.array(Host).min(1).max(100).optional(),
  /** `{id}` stands for one segment. */
  path: Path,
  /** Absent: every method that `scopes` covers. */
  methods: z.array(Method).min(1).max(40).optional(),
};

/** What no two routes may have in common. */
export const placeOf = ({ hosts, path, methods }: Place): string =>
  JSON.stringify([hosts?.toSorted() ?? [], path.replaceAll(/\{\w+\}/g, '{}'), methods?.toSorted() ?? []]);

interface Place {
  readonly hosts?: readonly string[] | undefined;
  readonly path: string;
  readonly methods?: readonly string[] | undefined;
}
