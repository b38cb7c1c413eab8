import { partsOf } from '@gatehouse/openapi';
import { z } from 'zod';
import { AnswerHeaderName, HeaderValue, RequestHeaderName } from './header-fields.js';

const KIB = 1024;
const MAX_EDITS = 50;

const few = (edits: object) => Object.keys(edits).length <= MAX_EDITS;
const AT_MOST = `at most ${MAX_EDITS}`;

const headerEdits = (name: typeof RequestHeaderName) =>
  z.strictObject({
    remove: z.array(name).max(MAX_EDITS).default([]),
    rename: z.record(name, name).refine(few, AT_MOST).default({}),
    set: z.record(name, HeaderValue).refine(few, AT_MOST).default({}),
    add: z.record(name, HeaderValue).refine(few, AT_MOST).default({}),
  });
export type HeaderEditsSpec = z.infer<ReturnType<typeof headerEdits>>;

const QueryName = z.string().regex(/^[A-Za-z0-9_.~[\]-]{1,64}$/, 'a parameter name');
const QueryEditsSpec = z.strictObject({
  remove: z.array(QueryName).max(MAX_EDITS).default([]),
  rename: z.record(QueryName, QueryName).refine(few, AT_MOST).default({}),
  set: z.record(QueryName, z.string().max(2_000)).refine(few, AT_MOST).default({}),
});
export type QueryEditsSpec = z.infer<typeof QueryEditsSpec>;

const Member = z
  .string()
  .min(1)
  .max(128)
  .refine((name) => name !== '__proto__', 'this name is never written');
const Pointer = z
  .string()
  .max(512)
  .regex(/^(?:\/(?:[^/~]|~[01])*)+$/, 'a JSON Pointer such as /user/name (RFC 6901)')
  .refine((pointer) => !partsOf(pointer).includes('__proto__'), 'this name is never written');
const BodyEdit = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('set'),
    path: Pointer,
    value: z.json().describe('A text may hold variables.'),
  }),
  z.strictObject({ op: z.literal('remove'), path: Pointer }),
  z.strictObject({ op: z.literal('rename'), path: Pointer, to: Member }),
  z
    .strictObject({ op: z.literal('move'), from: Pointer, path: Pointer })
    .refine(({ from, path }) => path !== from && !path.startsWith(`${from}/`), {
      path: ['path'],
      error: 'nothing can be moved into itself',
    }),
]);
export type BodyEdit = z.infer<typeof BodyEdit>;

const bodyFields = {
  /** In this order; what a body does not have is passed over. */
  body: z.array(BodyEdit).min(1).max(MAX_EDITS).optional(),
  maxBodyBytes: z
    .int()
    .min(2)
    .max(4 * KIB * KIB)
    .default(256 * KIB)
    .describe('Of JSON bodies that are changed, which are read whole.'),
};

const PATH = /^(?:\/(?:[A-Za-z0-9._~!$&'()+,;=:@-]|\{[^{}/]+\})*)+$/;

/** Requests and answers are changed on their way. */
export const TransformSpec = z.strictObject({
  request: z
    .strictObject({
      path: z
        .string()
        .max(512)
        .regex(PATH, 'a path such as /v2/users/{id}')
        .refine((path) => !/\/\.{1,2}(\/|$)|\/\//.test(path), 'no dot segments, no empty ones')
        .optional()
        .describe('Takes the place of the client’s, behind the path of the upstream’s URL.'),
      query: QueryEditsSpec.optional(),
      headers: headerEdits(RequestHeaderName).optional(),
      ...bodyFields,
    })
    .prefault({}),
  response: z.strictObject({ headers: headerEdits(AnswerHeaderName).optional(), ...bodyFields }).prefault({}),
});
export type TransformSpec = z.infer<typeof TransformSpec>;
