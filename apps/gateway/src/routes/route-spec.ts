import { CacheSpec, CorsSpec, DeprecationSpec } from '@gatehouse/contracts';
import { z } from 'zod';
import { answerFields } from '../answers/answer-spec.js';
import { BotsSpec } from '../bots/bots-spec.js';
import { CompressionSpec } from '../compression/compression-spec.js';
import { limitFields } from '../limits/limits-spec.js';
import { PayloadSpec } from '../payload/payload-spec.js';
import { WebSocketSpec } from '../transport/web-socket/web-socket-spec.js';
import { OpenApiSpec } from '../openapi/openapi-spec.js';
import { TransformSpec } from '../transform/transform-spec.js';
import { upstreamFields } from '../upstream/upstream-spec.js';
import { WafSpec } from '../waf/waf-spec.js';
import { accessFields } from './access-spec.js';
import { placeFields } from './place-spec.js';

/** One route of gateway.yaml: each capability brings its own fields. */
export const RouteSpec = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, '1–63 characters of a–z, 0–9 and -'),
  ...placeFields,
  ...upstreamFields,
  ...answerFields,
  /** Checks requests against the document of the API behind the route. */
  openapi: OpenApiSpec.optional(),
  transform: TransformSpec.optional(),
  ...accessFields,
  ...limitFields,
  bots: BotsSpec.prefault({}),
  payload: PayloadSpec.prefault({}),
  cache: CacheSpec.optional(),
  compression: CompressionSpec.optional(),
  waf: WafSpec.optional(),
  webSocket: WebSocketSpec.optional(),
  cors: CorsSpec.optional(),
  deprecation: DeprecationSpec.optional(),
});
export type RouteSpec = z.infer<typeof RouteSpec>;
