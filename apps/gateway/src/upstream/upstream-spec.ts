import { ResponseBytes, StripPrefix, UpstreamUrl } from '@gatehouse/contracts';
import { z } from 'zod';
import { GroupSpec, groupUrls } from './group/group-spec.js';
import { OneTargetSpec } from './group/one-target-spec.js';
import { UpstreamTlsSpec } from './tls/tls-spec.js';

const MIB = 1024 * 1024;
const MAX_TIMEOUT_MS = 120_000;

const Milliseconds = z.int().min(1).max(MAX_TIMEOUT_MS);

/** Where a route of gateway.yaml sends what it lets through, and within which bounds. */
export const upstreamFields = {
  /** One URL, one with a circuit breaker, or several targets with all that belongs to them. Absent: the gateway answers itself. */
  upstream: z.union([UpstreamUrl, OneTargetSpec, GroupSpec]).optional(),
  /** `http2`: with TLS by ALPN, over http:// with prior knowledge, as gRPC asks. */
  upstreamProtocol: z.enum(['http1', 'http2']).default('http1'),
  /** For https upstreams. */
  upstreamTls: UpstreamTlsSpec.optional(),
  /** Taken off the front of the path before it goes upstream. */
  stripPrefix: StripPrefix.optional(),
  maxBodyBytes: z
    .int()
    .min(0)
    .max(10 * 1024 * MIB)
    .default(1024 * MIB),
  maxResponseBytes: ResponseBytes.optional(),
  timeouts: z
    .strictObject({
      connectMs: Milliseconds.default(2_000),
      /** To the first byte of the answer. */
      headersMs: Milliseconds.default(30_000),
      /** Between two pieces of the answer. */
      bodyMs: Milliseconds.default(60_000),
      /** From the hand-over to the last byte of the answer, all attempts together; absent: as long as something comes. */
      totalMs: z.int().min(1).max(86_400_000).optional(),
    })
    .prefault({}),
};

/** Every URL that a route may send to. */
export const upstreamUrls = (upstream: z.infer<typeof upstreamFields.upstream>): readonly string[] =>
  upstream === undefined ? [] : typeof upstream === 'string' ? [upstream] : groupUrls(upstream);
