import { readFileSync } from 'node:fs';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ConsentPages } from './consent-pages.js';
import { Interactions } from './interactions.js';
import { LoginPages } from './login-pages.js';
import { scriptPath, SCRIPTS } from './page.js';

const FORM_LIMIT_BYTES = 16 * 1024;
const sourceOf = (name: string): Buffer =>
  readFileSync(new URL(`../../../static/${name}.js`, import.meta.url));

const SCRIPT_HEADERS = {
  'content-type': 'text/javascript; charset=utf-8',
  'cache-control': 'public, max-age=3600',
  'x-content-type-options': 'nosniff',
};

/** A page, or what a form of one leads to. */
export type Show = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Pages for people take forms, bounded, and nothing else. */
export function readForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT_BYTES },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
}

/** A route that has sent its answer itself. */
export const page = (show: Show) => async (request: FastifyRequest, reply: FastifyReply) => {
  await show(request, reply);
  return reply;
};

/** Mounts the pages of interactions beside Nest's controllers. */
@Injectable()
export class PageRoutes implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(Interactions) private readonly interactions: Interactions,
    @Inject(LoginPages) private readonly login: LoginPages,
    @Inject(ConsentPages) private readonly consent: ConsentPages,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register((scope) => this.mount(scope));
  }

  private async mount(scope: FastifyInstance): Promise<void> {
    readForms(scope);
    const { login, consent } = this;
    scope.get(
      '/interaction/:uid',
      page((...at) => this.show(...at)),
    );
    scope.post(
      '/interaction/:uid/login',
      page((...at) => login.logIn(...at)),
    );
    scope.post(
      '/interaction/:uid/code',
      page((...at) => login.code(...at)),
    );
    scope.post(
      '/interaction/:uid/passkey',
      page((...at) => login.passkey(...at)),
    );
    scope.post(
      '/interaction/:uid/consent',
      page((...at) => consent.allow(...at)),
    );
    scope.post(
      '/interaction/:uid/abort',
      page((...at) => consent.abort(...at)),
    );
    for (const name of SCRIPTS) {
      const source = sourceOf(name);
      scope.get(scriptPath(name), (_request, reply) => reply.headers(SCRIPT_HEADERS).send(source));
    }
  }

  private async show(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const asked = await this.interactions.of(request, reply);
    if (!asked) return;
    if (asked.interaction.prompt.name === 'login') return this.login.show(request, reply, asked);
    await this.consent.show(asked, reply);
  }
}
