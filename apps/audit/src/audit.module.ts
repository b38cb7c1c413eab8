import type { IssuerApi } from '@gatehouse/client';
import { HttpAuthModule } from '@gatehouse/http';
import { Readiness } from '@gatehouse/service';
import type { NatsConnection } from '@nats-io/nats-core';
import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AuditConfig } from './audit.config.js';
import { DATABASE_URL, ISSUER, MIRROR_DIR, NATS, READER, SIGNER, SINKS, WITNESSES } from './audit.tokens.js';
import { CheckpointClock } from './checkpoint/checkpoint-clock.js';
import { CheckpointController } from './checkpoint/checkpoint.controller.js';
import { CheckpointSigner } from './checkpoint/checkpoint-signer.js';
import { CheckpointStore } from './checkpoint/checkpoint-store.js';
import { EntriesController } from './entries/entries.controller.js';
import { EntryQuery } from './entries/entry-query.js';
import { LogEntries } from './entries/log-entries.js';
import { evidenceParts } from './evidence/evidence.parts.js';
import { ExportController } from './export/export.controller.js';
import { CsvExport } from './export/csv-export.js';
import { LogExport } from './export/log-export.js';
import { Halts } from './halts.js';
import { IssuerIntake } from './intake/issuer-intake.js';
import type { FeedReader } from './intake/reader/feed-reader.js';
import { LeafAppender } from './intake/leaf-appender.js';
import { RequestIntake } from './intake/request-intake.js';
import { Sieve } from './intake/sieve.js';
import { LogStore } from './log/log-store.js';
import { WriterLock } from './log/writer-lock.js';
import { LogWriter } from './log-writer.js';
import { PersonOpener } from './personal/person-opener.js';
import { ProofController } from './proof/proof.controller.js';
import { quarantineParts } from './quarantine/quarantine.parts.js';
import { ReconcileController } from './reconcile/reconcile.controller.js';
import { LogCounter } from './reconcile/log-counter.js';
import { Reconciler } from './reconcile/reconciler.js';
import { retentionParts } from './retention/retention.parts.js';
import type { ConfiguredSink } from './sinks/sinks.config.js';
import { sinkControllers, sinkProviders } from './sinks/sinks.parts.js';
import { searchParts } from './search/search.parts.js';
import { LogMirror } from './tiles/log-mirror.js';
import { LogTiles } from './tiles/log-tiles.js';
import { TilesController } from './tiles/tiles.controller.js';
import { witnessControllers, witnessProviders } from './witness/witness.parts.js';

/** What audit is given by its `main`. */
export interface AuditParts {
  config: Pick<AuditConfig, 'DATABASE_URL' | 'AUDIT_SIGNING_KEY' | 'AUDIT_MIRROR_DIR' | 'AUDIT_WITNESSES'>;
  dataSource: DataSource;
  nats: NatsConnection;
  issuer: Pick<IssuerApi, 'feed' | 'lookup' | 'lookupAccessToken' | 'openPersonalFields' | 'close'>;
  reader: FeedReader;
  sinks: readonly ConfiguredSink[];
}

@Module({})
export class AuditModule implements OnApplicationShutdown {
  static with({ config, dataSource, nats, issuer, reader, sinks }: AuditParts): DynamicModule {
    return {
      module: AuditModule,
      imports: [HttpAuthModule.register({ lookup: issuer, accessTokens: issuer })],
      controllers: [
        CheckpointController,
        EntriesController,
        ExportController,
        ProofController,
        ...evidenceParts.controllers,
        ...quarantineParts.controllers,
        ReconcileController,
        ...retentionParts.controllers,
        TilesController,
        ...witnessControllers,
        ...sinkControllers,
      ],
      providers: [
        { provide: DataSource, useValue: dataSource },
        { provide: DATABASE_URL, useValue: config.DATABASE_URL },
        { provide: NATS, useValue: nats },
        { provide: SIGNER, useValue: config.AUDIT_SIGNING_KEY },
        { provide: ISSUER, useValue: issuer },
        { provide: READER, useValue: reader },
        { provide: MIRROR_DIR, useValue: config.AUDIT_MIRROR_DIR },
        { provide: SINKS, useValue: sinks },
        { provide: WITNESSES, useValue: config.AUDIT_WITNESSES },
        Halts,
        LogStore,
        WriterLock,
        LogWriter,
        LeafAppender,
        Sieve,
        IssuerIntake,
        RequestIntake,
        CheckpointStore,
        CheckpointSigner,
        CheckpointClock,
        EntryQuery,
        LogEntries,
        PersonOpener,
        ...evidenceParts.providers,
        ...quarantineParts.providers,
        ...retentionParts.providers,
        ...searchParts.providers,
        LogExport,
        CsvExport,
        LogTiles,
        LogMirror,
        LogCounter,
        Reconciler,
        ...witnessProviders,
        ...sinkProviders,
      ],
    };
  }

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(WriterLock) private readonly lock: WriterLock,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(ISSUER) private readonly issuer: AuditParts['issuer'],
    @Inject(READER) private readonly reader: FeedReader,
    @Inject(IssuerIntake) intake: IssuerIntake,
    @Inject(Readiness) readiness: Readiness,
  ) {
    readiness.add('postgres', async () => void (await dataSource.query('select 1')));
    readiness.add('nats', () => nats.flush());
    readiness.add('issuer-feed', () => intake.assertRunning());
  }

  /** The writer ends before what it reads from and writes to. */
  async onApplicationShutdown(): Promise<void> {
    await this.lock.release();
    const { dataSource, nats, issuer, reader } = this;
    await Promise.all([dataSource.destroy(), nats.close(), issuer.close(), reader.close()]);
  }
}
