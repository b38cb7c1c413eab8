import { serviceFields } from '@gatehouse/service';
import { z } from 'zod';

const HttpUrl = z.url({ protocol: /^https?$/, error: 'expected http://host:port or https://host' });

/** Environment of the analytics service. */
export const AnalyticsConfig = z
  .object({
    ...serviceFields,
    PORT: serviceFields.PORT.default(8084),
    /** `http://user:password@host:8123/database` of a ClickHouse server or cluster. */
    CLICKHOUSE_URL: HttpUrl.optional(),
    /** Without a server: where the in-process engine keeps its data. One process at a time may use it. */
    CHDB_PATH: z.string().min(1).optional(),
    ISSUER_URL: HttpUrl,
    SERVICE_TOKEN: z.string('expected a Gatehouse token with the scope tokens:lookup').min(1),
    /**
     * When JetStream delivers a batch again that was not acknowledged: longer than the slowest group of batches takes, and
     * the time that ingestion may rest after a crash.
     */
    ACK_WAIT_SECONDS: z.coerce.number('expected seconds').int().min(1).max(300).default(15),
  })
  .refine((config) => config.CLICKHOUSE_URL ?? config.CHDB_PATH, {
    path: ['CHDB_PATH'],
    message: 'expected a directory for the data, unless CLICKHOUSE_URL names a server',
  });
export type AnalyticsConfig = z.infer<typeof AnalyticsConfig>;
