import { createHash } from 'node:crypto';
import {
  LeakId,
  LeakPattern,
  LeakReport,
  ReportedLeak,
  ReportLeakBody,
  type ScannerFeedback,
  ScannerMatches,
} from '@gatehouse/contracts';
import {
  AuthenticationGuard,
  Caller,
  Operation,
  parseWith,
  type Principal,
  Public,
  Requires,
  Trace,
} from '@gatehouse/http';
import { opaqueTokenPattern } from '@gatehouse/kernel';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { IssuerConfig } from '../issuer.config.js';
import { ISSUER_CONFIG } from '../issuer.tokens.js';
import { LeakIntake } from './leak-intake.js';
import { LeakRate } from './leak-rate.js';
import { leakNotFound, LeakReports } from './leak-reports.js';
import { ScannerKeys } from './scanner-keys.js';
import { isSigned } from './scanner-headers.js';
import { scannerOf } from './scanner-signature.js';
import { TeamReach } from '../teams/reach.js';

/** Tokens that leaked: who finds one tells it here. */
@Controller('v1/leaks')
export class LeaksController {
  private readonly ofScanners = new LeakRate(10_000);
  private readonly ofCallers = new LeakRate(60);

  constructor(
    @Inject(AuthenticationGuard) private readonly guard: AuthenticationGuard,
    @Inject(ScannerKeys) private readonly keys: ScannerKeys,
    @Inject(LeakIntake) private readonly intake: LeakIntake,
    @Inject(LeakReports) private readonly reports: LeakReports,
    @Inject(TeamReach) private readonly reach: TeamReach,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
  ) {}

  /** Public to the guard, because scanners prove themselves by a signature; everybody else by a token. */
  @Post()
  @HttpCode(200)
  @Public()
  @Operation('Report leaked tokens: a signed list of matches, or one token with `leaks:report`', ReportedLeak)
  async report(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Trace() traceparent: string,
  ): Promise<ReportedLeak | ScannerFeedback> {
    return isSigned(request)
      ? this.reportMatches(body, await scannerOf(request, this.keys), traceparent)
      : this.reportOne(body, await this.guard.admit(request, 'leaks:report'), traceparent);
  }

  @Get('pattern')
  @Public()
  @Operation('What secret scanners look for', LeakPattern)
  pattern(): LeakPattern {
    return {
      type: 'gatehouse_token',
      pattern: opaqueTokenPattern(this.config.TOKEN_PREFIX),
      checksum: 'the last six characters are the CRC-32 of all before them, in base 62 of 0-9A-Za-z',
    };
  }

  @Get(':id')
  @Requires('tokens:read')
  @Operation('What a leaked token may do and has done', LeakReport)
  async get(@Caller() caller: Principal, @Param('id', { schema: LeakId }) id: string): Promise<LeakReport> {
    const report = await this.reports.get(caller.tenant, id);
    await this.reach.refuseBeyond(caller, [report.tokenId], () => leakNotFound(id));
    return report;
  }

  private reportOne(body: unknown, caller: Principal, traceparent: string): Promise<ReportedLeak> {
    const match = parseWith(ReportLeakBody, body ?? {});
    this.ofCallers.take(caller.tokenId, 1, performance.now());
    return this.intake.report(match, { actor: caller.actor, tenant: caller.tenant, traceparent });
  }

  private async reportMatches(body: unknown, keyId: string, traceparent: string): Promise<ScannerFeedback> {
    const matches = parseWith(ScannerMatches, body ?? []);
    this.ofScanners.take(keyId, matches.length, performance.now());
    const feedback: ScannerFeedback = [];
    for (const match of matches) {
      const { label } = await this.intake.report(match, { actor: `scanner:${keyId}`, traceparent });
      feedback.push({ token_hash: sha256(match.token), token_type: match.type, label });
    }
    return feedback;
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
