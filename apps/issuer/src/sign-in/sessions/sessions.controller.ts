import { SessionId, SessionList, SessionQuery, SignedOut, UserId } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { Users } from '../../people/users/users.js';
import { personOf } from '../sign-in-journal.js';
import { LiveSessions } from './live-sessions.js';
import { Sessions } from './sessions.js';

/** Browsers people are signed in with. A person sees and ends her own on her account page, too. */
@Controller('v1')
export class SessionsController {
  constructor(
    @Inject(LiveSessions) private readonly live: LiveSessions,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(Users) private readonly users: Users,
  ) {}

  @Get('sessions')
  @Requires('users:read')
  @Operation('List sessions that live', SessionList)
  list(
    @Caller() { tenant, actor }: Principal,
    @Query({ schema: SessionQuery }) query: SessionQuery,
  ): Promise<SessionList> {
    return this.live.list(tenant, { ...query, user: query.user ?? personOf(actor) });
  }

  /** Ends a session with everything granted in it, and tells its applications. */
  @Delete('sessions/:id')
  @HttpCode(204)
  @Requires('users:write')
  @Operation('End a session')
  end(
    @Param('id', { schema: SessionId }) sessionId: string,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    const metadata = { actor, traceparent };
    return this.sessions.end(tenant, sessionId, { reason: 'ended-by-an-administrator', metadata });
  }

  /** Ends all sessions of a person, and the refresh tokens that have outlived theirs. */
  @Post('users/:id/sign-out')
  @HttpCode(200)
  @Requires('users:write')
  @Operation('Sign a person out everywhere', SignedOut)
  async signOut(
    @Param('id', { schema: UserId }) userId: string,
    @Caller() { tenant, actor }: Principal,
    @Trace() traceparent: string,
  ): Promise<SignedOut> {
    await this.users.get(tenant, userId);
    const metadata = { actor, traceparent };
    return this.sessions.endAll(tenant, userId, { reason: 'ended-by-an-administrator', metadata });
  }
}
