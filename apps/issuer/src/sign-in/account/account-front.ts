import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { pageHeaders } from '../../oauth/pages/page.js';
import { Factors } from '../factors/factors.js';
import { Passkeys } from '../factors/passkeys/passkeys.js';
import { LiveSessions } from '../sessions/live-sessions.js';
import type { AccountHolder } from './account-sessions.js';
import { accountPage } from './account-views.js';

/** More than anybody looks through; "sign out everywhere else" ends those that are not shown as well. */
const SESSIONS_SHOWN = 20;

/** The first of the account pages: all there is, and what went wrong a moment ago. */
@Injectable()
export class AccountFront {
  constructor(
    @Inject(Factors) private readonly factors: Factors,
    @Inject(Passkeys) private readonly passkeys: Passkeys,
    @Inject(LiveSessions) private readonly live: LiveSessions,
  ) {}

  async show(holder: AccountHolder, reply: FastifyReply, failure?: string): Promise<void> {
    const { tenant, user, sessionId } = holder;
    const { areOffered } = this.passkeys;
    const page = accountPage({
      tenant,
      email: user.email,
      factors: await this.factors.list(tenant, user.id),
      sessions: (await this.live.list(tenant, { user: user.id, limit: SESSIONS_SHOWN })).items,
      here: sessionId,
      passkey: areOffered ? await this.passkeys.enrolmentOptions(user.id, user.email) : undefined,
      failure,
    });
    sendAccountPage(reply, failure === undefined ? 200 : 400, page);
  }
}

export function sendAccountPage(reply: FastifyReply, status: number, html: string): void {
  void reply.status(status).headers(pageHeaders([], 'own-scripts')).send(html);
}
