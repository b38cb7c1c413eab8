import { z } from 'zod';
import { MockSpec } from '../openapi/mock/mock-spec.js';
import { AnswerHeaderName, HeaderValue } from '../transform/header-fields.js';

const MAX_BODY_LENGTH = 64 * 1024;

/** A host that is spelled out, then a path; or a path of this host. A `{…}` in the host would let callers choose it. */
const LOCATION =
  /^(https?:\/\/[a-z0-9.-]+(:\d{1,5})?\/|\/(?![/\\]))[!$%&'()*+,./0-9:;=@A-Z_a-z~{}-]*(\?[!$%&'()*+,./0-9:;=@A-Z_a-z~{}-]*)?$/;

/** The client is sent elsewhere. */
export const RedirectSpec = z.strictObject({
  to: z
    .string()
    .max(2_000)
    .regex(LOCATION, 'a path such as /v2/users/{id}, or https://host/path with a host that is spelled out')
    .describe('`{id}` is the parameter of the path, `{*}` what stands behind a prefix.'),
  status: z
    .union([301, 302, 303, 307, 308].map((status) => z.literal(status)))
    .default(308)
    .describe('308 and 307 keep the method and the body.'),
  keepQuery: z.boolean().default(true),
});
export type RedirectSpec = z.infer<typeof RedirectSpec>;

/** The same answer for everybody. */
export const RespondSpec = z
  .strictObject({
    status: z.int().min(200).max(599).default(200),
    headers: z
      .record(AnswerHeaderName, HeaderValue)
      .default({})
      .refine((headers) => Object.keys(headers).length <= 50, 'at most 50'),
    body: z.string().max(MAX_BODY_LENGTH).optional(),
    json: z.json().optional().describe('The body as a value; brings `Content-Type: application/json`.'),
  })
  .refine(({ body, json }) => body === undefined || json === undefined, {
    path: ['json'],
    error: 'give one of body and json',
  })
  .refine(
    ({ status, body, json }) =>
      ![204, 205, 304].includes(status) || (body === undefined && json === undefined),
    { path: ['status'], error: 'an answer with this status has no body' },
  );
export type RespondSpec = z.infer<typeof RespondSpec>;

/** What a route of gateway.yaml answers without an upstream, behind the same policies and limits as any other. */
export const answerFields = {
  redirect: RedirectSpec.optional(),
  respond: RespondSpec.optional(),
  mock: MockSpec.optional(),
};
