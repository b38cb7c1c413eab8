import { z } from 'zod';

const MIB = 1024 * 1024;
const seconds = (fallback: number, max = 3_600) => z.int().min(1).max(max).default(fallback);

/** How much a listener of gateway.yaml puts up with from its clients. */
export const BoundsSpec = z.strictObject({
  maxConnections: z.int().min(1).max(1_000_000).default(10_000),
  /** Open at once from one address; what is more is closed at once. */
  maxConnectionsPerAddress: z.int().min(1).max(1_000_000).default(1_000),
  maxHeaderBytes: z
    .int()
    .min(1_024)
    .max(256 * 1024)
    .default(16 * 1024),
  /** From the first byte of a request (or of a connection) to the end of its head. */
  headersSeconds: seconds(10),
  /** From the first byte of a request to its last. */
  requestSeconds: seconds(3_600, 86_400),
  /** What a client has to send of a body, or take of an answer, while nothing would go on without it … */
  minBytesPerSecond: z.int().min(1).max(1_000_000).default(240),
  /** … and how long in all it may be slower than that, before it is cut off. */
  slowSeconds: seconds(10),
  /** Between two requests of a connection. */
  keepAliveSeconds: seconds(65),
  /** Behind the last answer of a connection its client may go on sending for so long … */
  lingerSeconds: seconds(30),
  /** … with pauses no longer than this … */
  lingerIdleSeconds: seconds(5),
  /** … and so much, before the connection is reset. */
  lingerBytes: z
    .int()
    .min(0)
    .max(10 * 1024 * MIB)
    .default(64 * MIB),
  /** Without a byte either way. */
  idleSeconds: seconds(150, 86_400),
  /** Then the connection is closed, and clients spread anew. */
  maxRequestsPerConnection: z.int().min(1).max(1_000_000_000).default(100_000),
  /** HTTP/2 requests under way at once in one connection. */
  maxStreams: z.int().min(1).max(10_000).default(128),
});
export type Bounds = z.infer<typeof BoundsSpec>;
