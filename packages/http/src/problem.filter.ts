import { type Problem, type ProblemCode, problemOf, problems } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StepUpRequired } from './step-up-required.js';

/** Codes of errors Fastify raises before a controller runs. */
const FASTIFY_CODES: Record<string, [ProblemCode, string]> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['json-invalid', 'The body is not valid JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['json-invalid', 'The body is empty, but JSON was announced.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 'The body is larger than this endpoint takes.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['media-type-unsupported', 'Send "Content-Type: application/json".'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['request-malformed', 'Content-Length does not match the body.'],
};

/** Writes every error as problem details (RFC 9457); what the caller must not see goes to the log alone. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  /** @param onUnexpected told of every error that is our fault, for the log and the metrics. */
  constructor(private readonly onUnexpected: (error: unknown, request: FastifyRequest) => void) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = this.problemFrom(error, request);
    if (problem.status >= 500) this.onUnexpected(error, request);
    if (problem.status === 401) void reply.header('www-authenticate', challengeOf(problem.code, error));
    if (problem.status === 503) void reply.header('retry-after', '1');
    void reply.status(problem.status).header('content-type', 'application/problem+json').send(problem);
  }

  private problemFrom(error: unknown, request: FastifyRequest): Problem {
    if (error instanceof DomainError && isProblemCode(error.code))
      return problemOf(error.code, error.detail, request.id, error.options.fields?.slice());
    const fastify = FASTIFY_CODES[codeOf(error)];
    if (fastify) return problemOf(fastify[0], fastify[1], request.id);
    // Nest wraps a parser's SyntaxError, and answers unknown paths with its own exception.
    if (error instanceof HttpException) return problemFromNest(error, request);
    if (isConnectionLoss(error))
      return problemOf('database-unavailable', 'Try again in a moment.', request.id);
    return problemOf(
      'internal',
      'The request could not be completed. Quote the request id when you report it.',
      request.id,
    );
  }
}

function problemFromNest(error: HttpException, request: FastifyRequest): Problem {
  switch (error.getStatus()) {
    case 400:
      return problemOf('json-invalid', 'The body is not valid JSON.', request.id);
    case 404:
      return problemOf(
        'not-found',
        `${request.method} ${request.url.split('?')[0]} does not exist.`,
        request.id,
      );
    case 413:
      return problemOf('body-too-large', 'The body is larger than this endpoint takes.', request.id);
    case 415:
      return problemOf('media-type-unsupported', 'Send "Content-Type: application/json".', request.id);
    default:
      return problemOf('internal', 'The request could not be completed.', request.id);
  }
}

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** Node's socket errors and PostgreSQL's class 08 and 57P (Appendix A, "PostgreSQL Error Codes"). */
export const isConnectionLoss = (error: unknown): boolean =>
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|08...|57P0[123])$/.test(codeOf(error)) ||
  (error instanceof Error &&
    /Connection terminated|timeout exceeded when trying to connect/.test(error.message));

/** RFC 6750 §3: no error code when no token was sent. */
function challengeOf(code: string, error: unknown): string {
  const realm = 'Bearer realm="gatehouse"';
  if (error instanceof StepUpRequired) return `${realm}, ${error.challenge}`;
  return code === 'token-missing' ? realm : `${realm}, error="invalid_token"`;
}
