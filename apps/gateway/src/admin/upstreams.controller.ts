import { OPERATOR_TENANT, UpstreamsAnswer } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { Controller, Get, Inject } from '@nestjs/common';
import { Gateway } from '../gateway.js';
import { groupView } from '../upstream/group/group-view.js';

/** How the upstreams do, as this gateway sees it: a tenant sees its own, the operator's tenant all of them. */
@Controller('v1/upstreams')
export class UpstreamsController {
  constructor(@Inject(Gateway) private readonly gateway: Gateway) {}

  @Get()
  @Operation('Show how upstream groups and their targets do', UpstreamsAnswer)
  @Requires('gateway:read')
  read(@Caller() { tenant }: Principal): UpstreamsAnswer {
    const { upstreams, id } = this.gateway;
    const seen = [...upstreams.inUse()].filter(
      ({ group }) => tenant === OPERATOR_TENANT || group.tenant === tenant,
    );
    return { gateway: id, upstreams: seen.map(groupView) };
  }
}
