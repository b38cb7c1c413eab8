import { z } from 'zod';

const Percent = z.int().min(1).max(100);
const WindowSeconds = z.int().min(1).max(300);
const MAX_MS = 3_600_000;

/** Takes a target out that does worse than it may (what requests say of it). */
export const OutlierSpec = z.strictObject({
  consecutiveFailures: z
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe('So many in a row without an answer, or with 502, 503 or 504.'),
  errorPercent: Percent.default(60).describe(
    'Share of 5xx and of requests without an answer, in the window.',
  ),
  minimumRequests: z.int().min(1).max(1e6).default(50).describe('Of fewer in the window no share is taken.'),
  windowSeconds: WindowSeconds.default(10),
  ejectMs: z
    .int()
    .min(10)
    .max(MAX_MS)
    .default(10_000)
    .describe('The first time; then twice as long each time.'),
  maxEjectMs: z.int().min(10).max(MAX_MS).default(300_000),
  maxEjectedPercent: z.int().min(0).max(100).default(50).describe('Never more of the group at once.'),
});
export type OutlierSpec = z.infer<typeof OutlierSpec>;

/** Stops asking a target that fails. */
export const BreakerSpec = z.strictObject({
  failurePercent: Percent.default(50).describe(
    'Share without an answer, or with 502, 503 or 504, in the window.',
  ),
  minimumRequests: z.int().min(1).max(1e6).default(20).describe('Of fewer in the window no share is taken.'),
  windowSeconds: WindowSeconds.default(10),
  openMs: z
    .int()
    .min(10)
    .max(MAX_MS)
    .default(5_000)
    .describe('Until one request may find out whether it is back.'),
  maxInFlight: z
    .int()
    .min(1)
    .max(1_000)
    .default(256)
    .describe(
      'Requests at one target at once; more are refused, or go to another, instead of waiting in line. Over http1 at most 256.',
    ),
  slowMs: z
    .int()
    .min(1)
    .max(120_000)
    .optional()
    .describe('An answer that begins later than this counts as a failure; absent: only timeouts do.'),
});
export type BreakerSpec = z.infer<typeof BreakerSpec>;

/** Asks each target by itself whether it is well. */
export const HealthCheckSpec = z
  .strictObject({
    path: z
      .string()
      .regex(/^\/[\x21\x22\x24-\x7e]{0,511}$/, 'a path such as /health/ready')
      .optional()
      .describe('Asked with GET; every 2xx is well. Redirects are not followed.'),
    grpc: z
      .strictObject({
        service: z
          .string()
          .regex(/^[A-Za-z0-9._-]{0,100}$/, 'the name of a service such as shop.Orders')
          .default(''),
      })
      .optional()
      .describe(
        'Asks grpc.health.v1.Health/Check instead: SERVING is well. Without `service`, of the whole server.',
      ),
    intervalMs: z.int().min(100).max(MAX_MS).default(10_000),
    timeoutMs: z.int().min(10).max(60_000).default(2_000),
    healthyAfter: z.int().min(1).max(100).default(2),
    unhealthyAfter: z.int().min(1).max(100).default(3),
  })
  .refine(({ path, grpc }) => (path === undefined) !== (grpc === undefined), 'either path or grpc');
export type HealthCheckSpec = z.infer<typeof HealthCheckSpec>;
