import { Operation, Public } from '@gatehouse/http';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Readiness } from './readiness.js';

const Live = z.object({ status: z.literal('ok') });
const Report = z.object({
  status: z.enum(['ok', 'unavailable']),
  /** `ok`, or what is wrong, by part. */
  checks: z.record(z.string(), z.string()),
});

/** Kubernetes' two questions. Live: the process answers. Ready: everything it needs answers too. */
@Public()
@Controller('health')
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Get('live')
  @Operation('Whether the process answers', Live)
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Operation('Whether everything it needs answers; 503 when something does not', Report)
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const report = await this.readiness.report();
    void reply.status(report.ready ? 200 : 503);
    return { status: report.ready ? 'ok' : 'unavailable', checks: report.checks };
  }
}
