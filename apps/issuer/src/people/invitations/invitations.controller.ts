import {
  InvitationId,
  InvitationList,
  InvitationView,
  InviteBody,
  IssuedInvitation,
  PageLimit,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { Invitations } from './invitations.js';
import { Inviting } from './inviting.js';

const ListQuery = z.strictObject({ cursor: InvitationId.optional(), limit: PageLimit });
const RevokeQuery = z.strictObject({ reason: z.string().trim().min(1).max(500).default('revoked') });

/** Links by which people come into the caller's tenant. */
@Controller('v1/invitations')
export class InvitationsController {
  constructor(
    @Inject(Invitations) private readonly invitations: Invitations,
    @Inject(Inviting) private readonly inviting: Inviting,
  ) {}

  @Post()
  @Requires('members:write')
  @Operation('Invite somebody; the link is in this answer alone', IssuedInvitation)
  invite(
    @Body({ schema: InviteBody }) body: InviteBody,
    @Caller() { tenant, actor, scopes }: Principal,
    @Trace() traceparent: string,
  ): Promise<IssuedInvitation> {
    return this.inviting.invite(tenant, body, scopes, { actor, traceparent });
  }

  @Get()
  @Requires('members:read')
  @Operation('List invitations that nobody has accepted or revoked', InvitationList)
  list(
    @Caller() { tenant }: Principal,
    @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>,
  ): Promise<InvitationList> {
    return this.invitations.list(tenant, query);
  }

  @Get(':id')
  @Requires('members:read')
  @Operation('Read an invitation', InvitationView)
  get(
    @Caller() { tenant }: Principal,
    @Param('id', { schema: InvitationId }) id: string,
  ): Promise<InvitationView> {
    return this.invitations.get(tenant, id);
  }

  /** Its link works no more, and whom it was for is forgotten. */
  @Delete(':id')
  @HttpCode(204)
  @Requires('members:write')
  @Operation('Revoke an invitation')
  revoke(
    @Param('id', { schema: InvitationId }) id: string,
    @Query({ schema: RevokeQuery }) { reason }: z.infer<typeof RevokeQuery>,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    return this.inviting.revoke(tenant, id, reason, { actor, traceparent });
  }
}
