import { WatermarksAnswer } from '@gatehouse/contracts';
import { Operation, Requires } from '@gatehouse/http';
import { Controller, Get, Inject } from '@nestjs/common';
import { MissingRecords } from '../usage/missing-records.js';

@Controller('v1/watermarks')
export class GetWatermarksController {
  constructor(@Inject(MissingRecords) private readonly missing: MissingRecords) {}

  @Get()
  @Requires('usage:read')
  @Operation('How far the records of each gateway are held, and how many are missing', WatermarksAnswer)
  async get(): Promise<WatermarksAnswer> {
    return { gateways: await this.missing.byGateway() };
  }
}
