import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { page, readForms } from '../../oauth/pages/page-routes.js';
import { AccountAccess } from './account-access.js';
import { AccountPages } from './account-pages.js';
import { SUSPENDED_PAGE } from '../../oauth/pages/suspended-page.js';
import { Suspensions } from '../../tenants/suspensions.js';
import { sendAccountPage } from './account-front.js';
import { InvitationPages } from '../../people/invitations/invitation-pages.js';

/** Mounts the account pages beside Nest's controllers. */
@Injectable()
export class AccountRoutes implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(AccountPages) private readonly pages: AccountPages,
    @Inject(AccountAccess) private readonly access: AccountAccess,
    @Inject(InvitationPages) private readonly invitations: InvitationPages,
    @Inject(Suspensions) private readonly suspensions: Suspensions,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register((scope) => this.mount(scope));
  }

  private async mount(scope: FastifyInstance): Promise<void> {
    readForms(scope);
    scope.addHook('preHandler', (request, reply) => this.refuseSuspended(request, reply));
    const { pages, access } = this;
    const own = (act: Parameters<AccountPages['forHolder']>[0]) => page(pages.forHolder(act));
    scope.get('/account/:tenant', own(pages.show));
    scope.get(
      '/account/:tenant/signed-in',
      page((request, reply) => pages.signedIn(request, reply)),
    );
    scope.post('/account/:tenant/totp/begin', own(pages.beginTotp));
    scope.get('/account/:tenant/totp', own(pages.showTotp));
    scope.post('/account/:tenant/totp', own(pages.confirmTotp));
    scope.post('/account/:tenant/recovery-codes', own(pages.renewCodes));
    scope.post('/account/:tenant/passkeys', own(pages.addPasskey));
    scope.post('/account/:tenant/factors/:factorId/remove', own(pages.removeFactor));
    scope.post('/account/:tenant/sessions/:sessionId/end', own(access.endSession));
    scope.post('/account/:tenant/sign-out-elsewhere', own(access.endOthers));
    scope.post('/account/:tenant/password', own(access.changePassword));
    scope.get(
      '/account/:tenant/password-reset',
      page((request, reply) => access.showReset(request, reply)),
    );
    scope.post(
      '/account/:tenant/password-reset',
      page((request, reply) => access.reset(request, reply)),
    );
    scope.get(
      '/account/:tenant/invitation',
      page((request, reply) => this.invitations.show(request, reply)),
    );
    scope.post(
      '/account/:tenant/invitation',
      page((request, reply) => this.invitations.accept(request, reply)),
    );
  }

  private async refuseSuspended(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { tenant } = request.params as { tenant: string };
    if (!(await this.suspensions.isSuspended(tenant))) return undefined;
    sendAccountPage(reply, 403, SUSPENDED_PAGE);
    return reply;
  }
}
