import type { WatermarksAnswer } from '@gatehouse/contracts';
import { Requires } from '@gatehouse/http';
import { Controller, Get, Inject } from '@nestjs/common';
import { MissingRecords } from '../usage/missing-records.js';

@Controller('v1/watermarks')
export class GetWatermarksController {
  constructor(@Inject(MissingRecords) private readonly missing: MissingRecords) {}

  @Get()
  @Requires('usage:read')
  async get(): Promise<WatermarksAnswer> {
    return { gateways: await this.missing.byGateway() };
  }
}
