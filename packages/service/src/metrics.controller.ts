import { Operation, Public } from '@gatehouse/http';
import { Controller, Get, Header, Inject } from '@nestjs/common';
import { collectDefaultMetrics, register } from 'prom-client';
import { z } from 'zod';
import { METRICS } from './metrics.js';

let collecting = false;

/** Prometheus text format. Labels never hold a token, a user or a path. */
@Public()
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(METRICS) private readonly metrics: () => Promise<string>) {
    if (!collecting) collectDefaultMetrics();
    collecting = true;
  }

  @Get()
  @Operation('Read the metrics', { 'text/plain': z.string() })
  @Header('content-type', register.contentType)
  read(): Promise<string> {
    return this.metrics();
  }
}
