import { Readable } from 'node:stream';
import { ExportQuery } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Operation, Requires } from '@gatehouse/http';
import { Controller, Get, Header, Inject, Query, StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { assertOperator } from '../operator.js';
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
  @Operation('Export the whole log', { 'application/x-ndjson': z.string(), 'text/csv': z.string() })
  @Header('cache-control', 'no-store')
  whole(
    @Caller() caller: Principal,
    @Query({ schema: ExportQuery }) { format }: ExportQuery,
  ): StreamableFile {
    assertOperator(caller, 'Only the operator can export the log.');
    assertSeesPersonal(caller, 'The export holds personal fields');
    return format === 'csv'
      ? new StreamableFile(Readable.from(this.csv.pages()), { type: CSV })
      : new StreamableFile(Readable.from(this.log.pages()), { type: 'application/x-ndjson' });
  }
}
