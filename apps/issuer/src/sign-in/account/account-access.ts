import { NewPassword, SessionId } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PasswordSignIn } from '../../people/passwords/password-sign-in.js';
import { PasswordChanges } from '../passwords/password-changes.js';
import { Sessions } from '../sessions/sessions.js';
import { accountPath } from './account-client.js';
import { AccountFront, sendAccountPage } from './account-front.js';
import type { Act } from './account-pages.js';
import { resetDonePage, resetPage } from './password-views.js';

const ChangeForm = z.object({ current: z.string().max(128), password: NewPassword });
const ResetForm = z.object({ code: z.string().max(60), password: NewPassword });

/** What people do about their sessions and their password by themselves. */
@Injectable()
export class AccountAccess {
  constructor(
    @Inject(AccountFront) private readonly front: AccountFront,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(PasswordSignIn) private readonly passwords: PasswordSignIn,
    @Inject(PasswordChanges) private readonly changes: PasswordChanges,
  ) {}

  readonly endSession: Act = async ({ tenant, user, metadata }, request, reply) => {
    const { sessionId } = request.params as { sessionId: string };
    const ending = { reason: 'ended-by-the-person', metadata } as const;
    const id = SessionId.safeParse(sessionId);
    if (id.success) await this.sessions.end(tenant, id.data, ending, user.id).catch(ignoreGone);
    void reply.redirect(accountPath(tenant), 303);
  };

  readonly endOthers: Act = async ({ tenant, user, sessionId, metadata }, _request, reply) => {
    await this.sessions.endAll(tenant, user.id, { reason: 'ended-by-the-person', metadata }, sessionId);
    void reply.redirect(accountPath(tenant), 303);
  };

  readonly changePassword: Act = async (holder, request, reply) => {
    const { tenant, user, sessionId, metadata } = holder;
    const form = ChangeForm.safeParse(request.body);
    if (!form.success) return this.front.show(holder, reply, TOO_SHORT);
    const { outcome } = await this.passwords.signIn(tenant, user.email, form.data.current);
    if (outcome !== 'signed-in') return this.front.show(holder, reply, NOT_YOURS[outcome]);
    const failure = await this.unlessKnown(() =>
      this.changes.change(user, form.data.password, metadata, sessionId),
    );
    if (failure !== undefined) return this.front.show(holder, reply, failure);
    void reply.redirect(accountPath(tenant), 303);
  };

  showReset(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    sendAccountPage(reply, 200, resetPage(tenantIn(request)));
    return Promise.resolve();
  }

  /** Nobody is signed in here: the code says who it is. */
  async reset(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const tenant = tenantIn(request);
    const form = ResetForm.safeParse(request.body);
    let outcome: 'changed' | 'unknown' = 'unknown';
    const failure = form.success
      ? await this.unlessKnown(async () => {
          outcome = await this.changes.reset(tenant, form.data.code, form.data.password);
        })
      : TOO_SHORT;
    if (failure !== undefined) return sendAccountPage(reply, 400, resetPage(tenant, failure));
    if (outcome === 'unknown') return sendAccountPage(reply, 400, resetPage(tenant, CODE_OVER));
    sendAccountPage(reply, 200, resetDonePage(tenant));
  }

  /** @returns what to tell the person when others would guess the password. */
  private async unlessKnown(change: () => Promise<void>): Promise<string | undefined> {
    try {
      await change();
      return undefined;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'password-breached') return KNOWN;
      throw error;
    }
  }
}

const tenantIn = ({ params }: FastifyRequest): string => (params as { tenant: string }).tenant;

const TOO_SHORT = 'The new password has to have 12 to 128 characters.';
const KNOWN = 'Others would guess this password: it is known from breaches, repeats itself or is your name.';
const CODE_OVER = 'This code was used already, has expired or never was. Ask for another link.';
const NOT_YOURS = {
  refused: 'The password you have now is another one.',
  locked: 'Too many attempts. Wait a little, then try again.',
};

/** Ended twice is ended. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof DomainError && error.kind === 'not-found')) throw error;
}
