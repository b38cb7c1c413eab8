import { availableParallelism } from 'node:os';
import { loadConfig, serviceFields } from '@gatehouse/service';
import { z } from 'zod';

const GIB = 1024 ** 3;
const MAX_WORKERS = 128;

/** The gateway's environment. `UPSTREAM_*` variables are read beside it, see {@link upstreamVariables}. */
const GatewayEnvironment = z.object({
  ...serviceFields,
  ADMIN_PORT: z.coerce.number('expected a port number, 0–65535').int().min(0).max(65535),
  GATEWAY_CONFIG: z.string('expected the path of gateway.yaml').min(1),
  GATEWAY_ID: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,48}$/, 'expected 1–48 characters of A–Z, a–z, 0–9, _ and -')
    .optional(),
  SPOOL_DIR: z.string('expected a directory of this gateway’s own').min(1),
  SPOOL_MAX_BYTES: z.coerce
    .number('expected a number of bytes')
    .int()
    .min(16 * 1024 * 1024, 'expected at least 16777216 bytes')
    .default(GIB),
  /** Processes that share the ports; absent: see {@link workersByDefault}. */
  WORKERS: z
    .literal('auto')
    .transform(oneForEachCore)
    .or(z.coerce.number('expected "auto" or a number').int().min(1).max(MAX_WORKERS))
    .optional(),
  /** Absent: limits are counted in this process. */
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'expected redis[s]://host:port' }).optional(),
  /** An OTLP collector, as OpenTelemetry names it; absent: no spans are made. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'expected http[s]://host:port of an OTLP collector' })
    .optional(),
  /** What the collector asks for: `name=value,name=value`, percent-encoded. */
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  /** The part of the traces begun here that is sampled. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number('expected a part, 0 to 1').min(0).max(1).default(1),
  ISSUER_URL: z.url({ protocol: /^https?$/, error: 'expected http[s]://host:port' }),
  SERVICE_TOKEN: z.string('expected a Gatehouse token with tokens:lookup and events:read').min(1),
});

type GatewayEnvironment = z.infer<typeof GatewayEnvironment>;

/** What a gateway is told from outside. */
export interface GatewayConfig extends GatewayEnvironment {
  readonly WORKERS: number;
  /** What gateway.yaml may interpolate. */
  readonly upstreamVariables: ReadonlyMap<string, string>;
}

/**
 * @param secrets the environment, with what is kept elsewhere put in.
 * @param environment as it was given: gateway.yaml sees nothing of secrets.
 * @throws ConfigError naming each wrong variable.
 */
export function gatewayConfig(secrets: NodeJS.ProcessEnv, environment = secrets): GatewayConfig {
  const config = loadConfig(GatewayEnvironment, secrets);
  return {
    ...config,
    WORKERS: config.WORKERS ?? workersByDefault(config),
    upstreamVariables: upstreamVariables(environment),
  };
}

/** One for each core where they count limits together; limits that each counted alone would be divided by the machine. */
function workersByDefault({ REDIS_URL }: GatewayEnvironment): number {
  return REDIS_URL === undefined ? 1 : oneForEachCore();
}

function oneForEachCore(): number {
  return Math.min(availableParallelism(), MAX_WORKERS);
}

/** The variables gateway.yaml may interpolate as `${NAME}`: no others, so that it can never spell out a secret. */
export function upstreamVariables(environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[0].startsWith('UPSTREAM_') && entry[1] !== undefined,
    ),
  );
}
