import { AccessReportQuery, EvidenceQuery, OPERATOR_TENANT } from '@gatehouse/contracts';
import type { EvidenceControls, EvidencePage } from '@gatehouse/contracts';
import type { Principal } from '@gatehouse/http';
import { Caller, Requires } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { redacted, seesPersonal } from '../redaction/redact.js';
import { controlOf, controls, KEY_CEREMONIES, PRIVILEGED } from './controls.js';
import { EvidenceReports } from './evidence-reports.js';
import type { ReportSpan } from './evidence-reports.js';

/** What auditors ask for: each report is a search that anybody can repeat, and each entry of it can be proven. */
@Controller('v1/evidence')
export class EvidenceController {
  constructor(@Inject(EvidenceReports) private readonly reports: EvidenceReports) {}

  @Get('controls')
  @Requires('audit:read')
  controls(): EvidenceControls {
    return { items: [...controls] };
  }

  @Get('controls/:id')
  @Requires('audit:read')
  async control(
    @Caller() caller: Principal,
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
    return shownTo(caller, await this.reports.ofEvents(control.events, report, spanOf(caller, query)));
  }

  @Get('access')
  @Requires('audit:read')
  async access(
    @Caller() caller: Principal,
    @Query({ schema: AccessReportQuery }) query: AccessReportQuery,
  ): Promise<EvidencePage> {
    const span = spanOf(caller, query);
    const { person, token = '' } = query;
    return shownTo(
      caller,
      await (person === undefined ? this.reports.ofToken(token, span) : this.reports.ofPerson(person, span)),
    );
  }

  @Get('key-ceremonies')
  @Requires('audit:read')
  async keyCeremonies(
    @Caller() caller: Principal,
    @Query({ schema: EvidenceQuery }) query: EvidenceQuery,
  ): Promise<EvidencePage> {
    return shownTo(
      caller,
      await this.reports.ofEvents(KEY_CEREMONIES, 'key ceremonies', spanOf(caller, query)),
    );
  }

  @Get('privileged-actions')
  @Requires('audit:read')
  async privilegedActions(
    @Caller() caller: Principal,
    @Query({ schema: EvidenceQuery }) query: EvidenceQuery,
  ): Promise<EvidencePage> {
    return shownTo(
      caller,
      await this.reports.ofEvents(PRIVILEGED, 'privileged actions', spanOf(caller, query)),
    );
  }
}

/** The operator may ask of any tenant; all others of their own, whatever they ask for. */
function spanOf(caller: Principal, { tenant, from, to, order, cursor, limit }: EvidenceQuery): ReportSpan {
  const bound = caller.tenant === OPERATOR_TENANT ? tenant : caller.tenant;
  return { within: { tenant: bound, from, to }, page: { order, cursor, limit } };
}

const shownTo = (caller: Principal, page: EvidencePage): EvidencePage =>
  seesPersonal(caller) ? page : { ...page, items: page.items.map(redacted) };
