import { NewPassword } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sendAccountPage } from '../../sign-in/account/account-front.js';
import { invitationPage, welcomePage } from '../../sign-in/account/password-views.js';
import { Inviting } from './inviting.js';

const AcceptForm = z.object({ code: z.string().max(60), password: NewPassword });

/** Where an invitation's link leads. Nobody is signed in here: the code says who it is. */
@Injectable()
export class InvitationPages {
  constructor(@Inject(Inviting) private readonly inviting: Inviting) {}

  show(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    sendAccountPage(reply, 200, invitationPage(tenantIn(request)));
    return Promise.resolve();
  }

  async accept(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const tenant = tenantIn(request);
    const form = AcceptForm.safeParse(request.body);
    const failure = form.success ? await this.failureOf(tenant, form.data) : WHY['body-invalid'];
    if (failure === undefined) return sendAccountPage(reply, 200, welcomePage(tenant));
    sendAccountPage(reply, 400, invitationPage(tenant, failure));
  }

  /** @returns what to tell the person, or nothing when she is in. */
  private async failureOf(
    tenant: string,
    { code, password }: z.infer<typeof AcceptForm>,
  ): Promise<string | undefined> {
    try {
      return (await this.inviting.accept(tenant, code, password)) === 'accepted' ? undefined : OVER;
    } catch (error) {
      const why =
        error instanceof DomainError && Object.hasOwn(WHY, error.code) ? WHY[error.code] : undefined;
      if (why === undefined) throw error;
      return why;
    }
  }
}

const tenantIn = ({ params }: FastifyRequest): string => (params as { tenant: string }).tenant;

const OVER = 'This invitation was accepted or revoked, has expired or never was. Ask for another one.';
const WHY: Readonly<Record<string, string>> = {
  'body-invalid': 'The password has to have 12 to 128 characters.',
  'password-breached':
    'Others would guess this password: it is known from breaches, repeats itself or is your name.',
  conflict: 'Somebody has an account with this address here already. Sign in, or ask your administrator.',
};
