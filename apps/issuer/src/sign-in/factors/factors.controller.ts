import { FactorId, FactorList, UserId } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Controller, Delete, Get, HttpCode, Inject, Param } from '@nestjs/common';
import { Users } from '../../people/users/users.js';
import { Sessions } from '../sessions/sessions.js';
import { Factors } from './factors.js';

/** What people have enrolled, for whoever helps them. Enrolling is for the person herself, on her account page. */
@Controller('v1/users/:id/factors')
export class FactorsController {
  constructor(
    @Inject(Factors) private readonly factors: Factors,
    @Inject(Users) private readonly users: Users,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {}

  @Get()
  @Requires('users:read')
  @Operation('List what a person has enrolled beside a password', FactorList)
  async list(
    @Param('id', { schema: UserId }) userId: string,
    @Caller() { tenant }: Principal,
  ): Promise<FactorList> {
    await this.users.get(tenant, userId);
    return { items: await this.factors.list(tenant, userId) };
  }

  /** For somebody who has lost a device. Make sure of who is asking. */
  @Delete(':factorId')
  @HttpCode(204)
  @Requires('users:write')
  @Operation('Remove a factor of a person, and sign her out everywhere')
  async remove(
    @Param('id', { schema: UserId }) userId: string,
    @Param('factorId', { schema: FactorId }) factorId: string,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    const metadata = { actor, traceparent };
    await this.factors.remove(tenant, userId, factorId, 'by-an-administrator', metadata);
    await this.sessions.endAll(tenant, userId, { reason: 'credential-changed', metadata });
  }
}
