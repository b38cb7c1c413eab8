import { AddImportKeyBody, ImportKeyId, ImportKeyList, ImportKeyView } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ImportKeys } from './import-keys.js';

/** Keys under which other systems of the caller's tenant hashed theirs. */
@Controller('v1/import-keys')
export class ImportKeysController {
  constructor(@Inject(ImportKeys) private readonly keys: ImportKeys) {}

  @Post()
  @Requires('tokens:write')
  @Operation('Add the key under which another system hashed its keys', ImportKeyView)
  add(
    @Body({ schema: AddImportKeyBody }) body: AddImportKeyBody,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<ImportKeyView> {
    return this.keys.add(tenant, body, { actor, traceparent });
  }

  @Get()
  @Requires('tokens:read')
  @Operation('List import keys', ImportKeyList)
  async list(@Caller() { tenant }: Principal): Promise<ImportKeyList> {
    return { items: await this.keys.list(tenant), nextCursor: null };
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires('tokens:write')
  @Operation('Remove an import key that no working secret needs')
  remove(
    @Param('id', { schema: ImportKeyId }) id: string,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    return this.keys.remove(tenant, id, { actor, traceparent });
  }
}
