import { Readable } from 'node:stream';
import { OPERATOR_TENANT } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Controller, Get, Header, Inject, StreamableFile } from '@nestjs/common';
import { LogExport } from './log-export.js';

/** The whole log, for whoever wants to check all of it somewhere else. */
@Controller('v1/export')
export class ExportController {
  constructor(@Inject(LogExport) private readonly log: LogExport) {}

  /** Every tenant's entries are in it: to all but the operator it is not there. */
  @Get()
  @Requires('audit:read')
  @Header('cache-control', 'no-store')
  whole(@Caller() caller: Principal): StreamableFile {
    if (caller.tenant !== OPERATOR_TENANT)
      throw new DomainError('not-found', 'not-found', 'Only the operator can export the log.');
    return new StreamableFile(Readable.from(this.log.pages()), { type: 'application/x-ndjson' });
  }
}
