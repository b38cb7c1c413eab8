import { Readable } from 'node:stream';
import { ExportQuery, OPERATOR_TENANT } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Controller, Get, Header, Inject, Query, StreamableFile } from '@nestjs/common';
import { assertSeesPersonal } from '../redaction/redact.js';
import { CsvExport } from './csv-export.js';
import { LogExport } from './log-export.js';

const CSV = 'text/csv; charset=utf-8; header=present';

/** The whole log, for whoever wants to check all of it somewhere else. */
@Controller('v1/export')
export class ExportController {
  constructor(
    @Inject(LogExport) private readonly log: LogExport,
    @Inject(CsvExport) private readonly csv: CsvExport,
  ) {}

  /** Every tenant's entries are in it, as they are: to all but the operator it is not there. */
  @Get()
  @Requires('audit:read')
  @Header('cache-control', 'no-store')
  whole(
    @Caller() caller: Principal,
    @Query({ schema: ExportQuery }) { format }: ExportQuery,
  ): StreamableFile {
    if (caller.tenant !== OPERATOR_TENANT)
      throw new DomainError('not-found', 'not-found', 'Only the operator can export the log.');
    assertSeesPersonal(caller, 'The export holds personal fields');
    return format === 'csv'
      ? new StreamableFile(Readable.from(this.csv.pages()), { type: CSV })
      : new StreamableFile(Readable.from(this.log.pages()), { type: 'application/x-ndjson' });
  }
}
