import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { clientAddressOf } from './client-address.js';
import { OidcEngine } from './oidc-engine.js';

const ENGINE_PATHS = [
  '/oauth/*',
  '/.well-known/jwks.json',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
];

/** Mounts the protocol engine beside Nest's controllers. */
@Injectable()
export class OAuthEndpoints implements OnModuleInit {
  private readonly origin: URL;

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
    @Inject(OidcEngine) private readonly engine: OidcEngine,
  ) {
    this.origin = new URL(issuerOf(config));
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    void fastify.register((scope) => this.mountEngine(scope));
  }

  /** The engine reads bodies itself, bounded to 56 KiB. */
  private async mountEngine(scope: FastifyInstance): Promise<void> {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const path of ENGINE_PATHS)
      scope.all(path, async (request, reply) => {
        this.tellWhereWeAre(request);
        reply.hijack();
        reply.raw.setHeader('x-request-id', request.id);
        await this.engine.handle(request.raw, reply.raw);
      });
  }

  /** Whoever is in front of us may forward what he likes: where we are, and whom we believe, is configuration. */
  private tellWhereWeAre(request: FastifyRequest): void {
    const { headers } = request.raw;
    headers['x-forwarded-proto'] = this.origin.protocol.slice(0, -1);
    headers['x-forwarded-host'] = this.origin.host;
    headers['x-forwarded-for'] = clientAddressOf(request.raw, this.config.TRUSTED_PROXIES);
    if ('traceparent' in request && typeof request.traceparent === 'string')
      headers.traceparent = request.traceparent;
  }
}
