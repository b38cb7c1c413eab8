import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { alertOf, pageOf } from '../../oauth/pages/page.js';
import { Factors } from '../factors/factors.js';
import { Passkeys } from '../factors/passkeys/passkeys.js';
import { RecoveryCodes } from '../factors/recovery-codes/recovery-codes.js';
import { TotpFactors } from '../factors/totp/totp-factors.js';
import { Sessions } from '../sessions/sessions.js';
import { accountPath } from './account-client.js';
import { AccountFront, sendAccountPage } from './account-front.js';
import { type AccountHolder, AccountSessions } from './account-sessions.js';
import { recoveryCodesPage, totpPage } from './account-views.js';

const CodeForm = z.object({ code: z.string().max(40) });
const PasskeyForm = z.object({ name: z.string().trim().min(1).max(60), credential: z.string().max(8_192) });

/** What a form of the pages does for the person in front of them. */
export type Act = (holder: AccountHolder, request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Where people set up, by themselves, how they sign in. */
@Injectable()
export class AccountPages {
  constructor(
    @Inject(AccountSessions) private readonly holders: AccountSessions,
    @Inject(AccountFront) private readonly front: AccountFront,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(Factors) private readonly factors: Factors,
    @Inject(TotpFactors) private readonly totp: TotpFactors,
    @Inject(RecoveryCodes) private readonly recoveryCodes: RecoveryCodes,
    @Inject(Passkeys) private readonly passkeys: Passkeys,
  ) {}

  /** Runs for somebody who has signed in; the others are sent to. */
  forHolder(act: Act): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
    return async (request, reply) => {
      const holder = await this.holders.holder(request, reply);
      if (holder) await act(holder, request, reply);
    };
  }

  readonly show: Act = (holder, _request, reply) => this.front.show(holder, reply);

  readonly beginTotp: Act = async ({ tenant, user }, _request, reply) => {
    await this.totp.begin(tenant, user.id, user.email);
    void reply.redirect(`${accountPath(tenant)}/totp`, 303);
  };

  readonly showTotp: Act = async ({ tenant, user }, _request, reply) => {
    const begun = await this.totp.pending(user.id, user.email);
    if (begun) return sendAccountPage(reply, 200, totpPage(tenant, begun));
    void reply.redirect(accountPath(tenant), 303);
  };

  readonly confirmTotp: Act = async (holder, request, reply) => {
    const { tenant, user, metadata } = holder;
    const form = CodeForm.safeParse(request.body);
    const code = form.success ? form.data.code.replaceAll(/\s/g, '') : '';
    if (await this.totp.confirm(tenant, user.id, code, metadata)) {
      await this.holders.raise(holder, 'totp');
      const known = await this.factors.list(tenant, user.id);
      if (!known.some(({ kind }) => kind === 'recovery-codes'))
        return this.renewCodes(holder, request, reply);
      void reply.redirect(accountPath(tenant), 303);
      return;
    }
    const begun = await this.totp.pending(user.id, user.email);
    if (begun) return sendAccountPage(reply, 400, totpPage(tenant, begun, NOT_THE_CODE));
    void reply.redirect(accountPath(tenant), 303);
  };

  readonly renewCodes: Act = async ({ tenant, user, metadata }, _request, reply) => {
    const codes = await this.recoveryCodes.renew(tenant, user.id, metadata);
    return sendAccountPage(reply, 200, recoveryCodesPage(tenant, codes));
  };

  readonly addPasskey: Act = async (holder, request, reply) => {
    const { tenant, user, metadata } = holder;
    const form = PasskeyForm.safeParse(request.body);
    const added = form.success && (await this.passkeys.enrol(tenant, user.id, form.data, metadata));
    if (!added) return this.front.show(holder, reply, NO_PASSKEY);
    await this.holders.raise(holder, 'passkey');
    void reply.redirect(accountPath(tenant), 303);
  };

  readonly removeFactor: Act = async ({ tenant, user, sessionId, metadata }, request, reply) => {
    const { factorId } = request.params as { factorId: string };
    await this.factors.remove(tenant, user.id, factorId, 'by-the-person', metadata).catch(ignoreGone);
    await this.sessions.endAll(tenant, user.id, { reason: 'credential-changed', metadata }, sessionId);
    void reply.redirect(accountPath(tenant), 303);
  };

  /** Where the engine sends a person back to; the code it brings is of no use to anybody. */
  async signedIn(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { tenant } = request.params as { tenant: string };
    const { error } = request.query as { error?: unknown };
    if (error === undefined) void reply.redirect(accountPath(tenant), 303);
    else
      sendAccountPage(reply, 400, pageOf('You are not signed in', alertOf('The sign-in was not completed.')));
  }
}

const NOT_THE_CODE = 'That is not the code the app should show. Is the clock of your phone right?';
const NO_PASSKEY = 'The passkey could not be added. Please try again.';

/** Removed twice is removed. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof DomainError && error.kind === 'not-found')) throw error;
}
