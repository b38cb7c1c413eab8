import { PassThrough } from 'node:stream';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isSigned } from './scanner-headers.js';

const bodies = new WeakMap<FastifyRequest, Buffer[]>();

/** The bytes of a signed request's body as they arrived. */
export const rawBodyOf = (request: FastifyRequest): Buffer => Buffer.concat(bodies.get(request) ?? []);

/** Keeps the bytes of signed bodies beside what the parser makes of them: a signature is over bytes, not over JSON. */
@Injectable()
export class SignedBodies implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('preParsing', (request, _reply, payload, done) => {
      if (!isSigned(request) || request.routeOptions.url !== '/v1/leaks') {
        done(null, payload);
        return;
      }
      const chunks: Buffer[] = [];
      bodies.set(request, chunks);
      const copy = new PassThrough();
      payload.on('data', (chunk: Buffer) => chunks.push(chunk)); // no more than the body limit: the parser then hangs up
      payload.pipe(copy);
      done(null, copy);
    });
  }
}
