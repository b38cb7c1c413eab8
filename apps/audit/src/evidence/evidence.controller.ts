import {
  AccessReportQuery,
  EvidenceControls,
  EvidencePage,
  EvidenceQuery,
  OPERATOR_TENANT,
} from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Operation, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { CallerToken } from '../personal/caller-token.js';
import { PersonOpener } from '../personal/person-opener.js';
import type { Reader } from '../personal/person-opener.js';
import { redacted, seesPersonal } from '../redaction/redact.js';
import { controlOf, controls, KEY_CEREMONIES, PRIVILEGED } from './controls.js';
import { EvidenceReports } from './evidence-reports.js';
import type { ReportSpan } from './evidence-reports.js';

/** What auditors ask for: each report is a search that anybody can repeat, and each entry of it can be proven. */
@Controller('v1/evidence')
export class EvidenceController {
  constructor(
    @Inject(EvidenceReports) private readonly reports: EvidenceReports,
    @Inject(PersonOpener) private readonly persons: PersonOpener,
  ) {}

  @Get('controls')
  @Requires('audit:read')
  @Operation('List the controls there are reports for', EvidenceControls)
  controls(): EvidenceControls {
    return { items: [...controls] };
  }

  @Get('controls/:id')
  @Requires('audit:read')
  @Operation('Show the entries that answer a control', EvidencePage)
  async control(
    @Caller() caller: Principal,
    @CallerToken() token: string,
    @Param('id') id: string,
    @Query({ schema: EvidenceQuery }) query: EvidenceQuery,
  ): Promise<EvidencePage> {
    const control = controlOf(id);
    if (!control)
      throw new DomainError(
        'not-found',
        'not-found',
        'No control has this id: GET /v1/evidence/controls lists them.',
      );
    const report = `${control.framework} ${control.control}: ${control.shownBy}`;
    const page = await this.reports.ofEvents(control.events, report, spanOf(caller, query));
    return this.shownTo({ caller, token }, page);
  }

  @Get('access')
  @Requires('audit:read')
  @Operation('Report what was done by and to a person or a token', EvidencePage)
  async access(
    @Caller() caller: Principal,
    @CallerToken() token: string,
    @Query({ schema: AccessReportQuery }) query: AccessReportQuery,
  ): Promise<EvidencePage> {
    const span = spanOf(caller, query);
    const { person, token: about = '' } = query;
    const page = await (person === undefined
      ? this.reports.ofToken(about, span)
      : this.reports.ofPerson(person, span));
    return this.shownTo({ caller, token }, page);
  }

  @Get('key-ceremonies')
  @Requires('audit:read')
  @Operation('Report the life of signing keys', EvidencePage)
  async keyCeremonies(
    @Caller() caller: Principal,
    @CallerToken() token: string,
    @Query({ schema: EvidenceQuery }) query: EvidenceQuery,
  ): Promise<EvidencePage> {
    const page = await this.reports.ofEvents(KEY_CEREMONIES, 'key ceremonies', spanOf(caller, query));
    return this.shownTo({ caller, token }, page);
  }

  @Get('privileged-actions')
  @Requires('audit:read')
  @Operation('Report privileged actions', EvidencePage)
  async privilegedActions(
    @Caller() caller: Principal,
    @CallerToken() token: string,
    @Query({ schema: EvidenceQuery }) query: EvidenceQuery,
  ): Promise<EvidencePage> {
    const page = await this.reports.ofEvents(PRIVILEGED, 'privileged actions', spanOf(caller, query));
    return this.shownTo({ caller, token }, page);
  }

  private async shownTo(reader: Reader, page: EvidencePage): Promise<EvidencePage> {
    const { items } = page;
    if (!seesPersonal(reader.caller)) return { ...page, items: items.map(redacted) };
    return { ...page, items: await this.persons.opened(items, reader) };
  }
}

/** The operator may ask of any tenant; all others of their own, whatever they ask for. */
function spanOf(caller: Principal, { tenant, from, to, order, cursor, limit }: EvidenceQuery): ReportSpan {
  const bound = caller.tenant === OPERATOR_TENANT ? tenant : caller.tenant;
  return { within: { tenant: bound, from, to }, page: { order, cursor, limit } };
}
