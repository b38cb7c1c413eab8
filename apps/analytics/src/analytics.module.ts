import { type AccessTokenLookup, HttpAuthModule, type TokenLookup } from '@gatehouse/http';
import { Readiness } from '@gatehouse/service';
import type { NatsConnection } from '@nats-io/nats-core';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { AnalyticsConfig } from './analytics.config.js';
import { ANALYTICS_CONFIG, CLICKHOUSE, NATS } from './analytics.tokens.js';
import type { ClickHouse } from './clickhouse/clickhouse.js';
import { IngestionConsumer } from './ingestion/ingestion.consumer.js';
import { GetRequestsController } from './requests/get-requests.controller.js';
import { RequestReader } from './requests/request-reader.js';
import { GetUsageController } from './usage/get-usage.controller.js';
import { MissingRecords } from './usage/missing-records.js';
import { UsageReader } from './usage/usage-reader.js';
import { GetWatermarksController } from './watermarks/get-watermarks.controller.js';

/** What analytics is given by its `main`. */
export interface AnalyticsParts {
  config: AnalyticsConfig;
  clickhouse: ClickHouse;
  nats: NatsConnection;
  issuer: TokenLookup & AccessTokenLookup;
}

@Module({})
export class AnalyticsModule implements OnApplicationShutdown {
  static with({ config, clickhouse, nats, issuer }: AnalyticsParts): DynamicModule {
    return {
      module: AnalyticsModule,
      imports: [HttpAuthModule.register({ lookup: issuer, accessTokens: issuer })],
      controllers: [GetUsageController, GetRequestsController, GetWatermarksController],
      providers: [
        { provide: ANALYTICS_CONFIG, useValue: config },
        { provide: CLICKHOUSE, useValue: clickhouse },
        { provide: NATS, useValue: nats },
        IngestionConsumer,
        UsageReader,
        RequestReader,
        MissingRecords,
      ],
    };
  }

  constructor(
    @Inject(CLICKHOUSE) private readonly clickhouse: ClickHouse,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(IngestionConsumer) private readonly ingestion: IngestionConsumer,
    @Inject(Readiness) readiness: Readiness,
  ) {
    readiness.add('clickhouse', () => clickhouse.check());
    readiness.add('nats', async () => void (await nats.rtt()));
  }

  /** What ingestion has begun ends before its connections do. */
  async onApplicationShutdown(): Promise<void> {
    await this.ingestion.stop();
    await this.nats.drain();
    await this.nats.close(); // draining does not end the attempts to reach a broker that is away
    await this.clickhouse.close();
  }
}
