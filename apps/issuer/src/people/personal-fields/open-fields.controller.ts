import { OpenedFields, OpenFieldsBody } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { PersonalFields } from './personal-fields.js';

/** Opens what events of the caller's tenant hold sealed, for as long as the person's key exists. */
@Controller('v1/personal-fields/open')
export class OpenFieldsController {
  constructor(@Inject(PersonalFields) private readonly fields: PersonalFields) {}

  @Post()
  @HttpCode(200)
  @Requires('users:read')
  @Operation('Open sealed personal fields while the person’s key exists', OpenedFields)
  async open(
    @Body({ schema: OpenFieldsBody }) { items }: OpenFieldsBody,
    @Caller() caller: Principal,
  ): Promise<OpenedFields> {
    const opened = await this.fields.openMany(caller.tenant, items);
    return { items: opened.map((fields) => fields ?? null) };
  }
}
