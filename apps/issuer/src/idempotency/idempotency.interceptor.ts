import { isDeepStrictEqual } from 'node:util';
import { JoiningDataSource } from '@gatehouse/event-store';
import type { Principal } from '@gatehouse/http';
import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { ANSWERS_AFRESH } from './answers-afresh.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { type Answer, KeptAnswers, type RepeatableRequest } from './kept-answers.js';

type Request = FastifyRequest & { principal?: Principal };

/**
 * Honours Idempotency-Key on every POST of a known caller: the work, its events and its answer are one transaction, so
 * that a repeated request gets the first answer whatever broke in between. A refusal changes nothing and is not kept.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(KeptAnswers) private readonly answers: KeptAnswers,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = this.repeatable(context, http.getRequest<Request>());
    if (!request) return next.handle();
    const reply = http.getResponse<FastifyReply>();
    const work = async (): Promise<Answer> => {
      const body = await lastValueFrom<unknown>(next.handle());
      return { status: reply.statusCode, body };
    };
    const { answer, replayed } = await this.answerOnce(request, work);
    if (replayed) void reply.status(answer.status).header('idempotent-replayed', 'true');
    return of(answer.body);
  }

  private repeatable(context: ExecutionContext, request: Request): RepeatableRequest | undefined {
    const { method, url, headers, body, principal } = request;
    const header = headers['idempotency-key'];
    if (method !== 'POST' || header === undefined || !principal) return undefined;
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(ANSWERS_AFRESH, targets)) return undefined;
    const asked = `${method} ${url} ${JSON.stringify(body ?? null)}`;
    return { tenant: principal.tenant, actor: principal.actor, key: idempotencyKeyOf(header), asked };
  }

  private async answerOnce(
    request: RepeatableRequest,
    work: () => Promise<Answer>,
  ): Promise<{ answer: Answer; replayed: boolean }> {
    let committed: Answer | undefined;
    const outcome = await this.dataSource.asOne(async () => {
      const kept = await this.answers.recall(request);
      if (kept) return { answer: kept, replayed: true };
      const answer = await work();
      await this.answers.keep(request, answer);
      committed = structuredClone(answer);
      return { answer, replayed: false };
    });
    // What is only known after the commit, such as the gateways' receipt, came to the answer since.
    if (committed && !isDeepStrictEqual(committed, outcome.answer))
      await this.answers.keep(request, outcome.answer);
    return outcome;
  }
}
