import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Interactions, send } from '../../oauth/pages/interactions.js';
import { LoginPages } from '../../oauth/pages/login-pages.js';
import { alertOf, pageOf } from '../../oauth/pages/page.js';
import { page, readForms } from '../../oauth/pages/page-routes.js';
import { CALLBACK_PATH } from './identity-providers.js';
import { OutsideSignIn } from './outside-sign-in.js';

/** The way to a provider and back. */
@Injectable()
export class OutsidePages implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(Interactions) private readonly interactions: Interactions,
    @Inject(LoginPages) private readonly login: LoginPages,
    @Inject(OutsideSignIn) private readonly outside: OutsideSignIn,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register(async (scope) => {
      readForms(scope);
      scope.get(
        '/interaction/:uid/provider/:providerId',
        page((...at) => this.begin(...at)),
      );
      scope.get(
        CALLBACK_PATH,
        page((...at) => this.comeBack(...at)),
      );
      scope.get(
        '/interaction/:uid/outside',
        page((...at) => this.finish(...at)),
      );
    });
  }

  private async begin(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const asked = await this.interactions.of(request, reply, 'login');
    if (!asked) return;
    const { providerId } = request.params as { providerId: string };
    try {
      void reply.redirect((await this.outside.begin(asked.at, providerId)).href, 303);
    } catch (error) {
      request.log.warn({ err: error }, 'an identity provider could not be asked');
      await this.login.startAgain(reply, asked, NOT_THERE);
    }
  }

  /** The interaction's cookie is for its own path alone: the answer goes on to there. */
  private async comeBack(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = queryOf(request);
    const uid = await this.outside.interactionOf(query.get('state') ?? '');
    if (uid === undefined) send(reply, 400, undefined, OVER);
    else void reply.redirect(`/interaction/${uid}/outside?${query.toString()}`, 303);
  }

  private async finish(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const asked = await this.interactions.of(request, reply, 'login');
    if (!asked) return;
    const result = await this.outside.finish(asked.at, queryOf(request));
    if (result.outcome !== 'signed-in') return this.login.startAgain(reply, asked, WHY[result.outcome]);
    await this.login.advance(request, reply, asked, {
      userId: result.userId,
      methods: ['identity-provider'],
    });
  }
}

const queryOf = ({ url }: FastifyRequest): URLSearchParams => new URL(url, 'http://here').searchParams;

const OVER = pageOf('This page is no longer in use', alertOf('Go back to the application and start again.'));
const NOT_THERE = 'The provider cannot be reached. Try again, or sign in another way.';
const WHY = {
  refused: 'Signing in at the provider did not work. Please try again.',
  unknown: 'You have no account here. Ask your administrator.',
  'address-taken': 'Your e-mail address has an account here already. Sign in to it another way.',
};
