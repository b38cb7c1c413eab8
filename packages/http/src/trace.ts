import { randomUUID } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const SHAPE = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace id of a `traceparent` header (W3C Trace Context §3.2), or `undefined` when it is malformed. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent === undefined ? undefined : SHAPE.exec(traceparent)?.[1];
}

/**
 * A `traceparent` for our part of a trace: the caller's trace id when there is a valid one, a new parent id always.
 * @param incoming the caller's header.
 */
export function newTraceparent(incoming?: string): string {
  const traceId = traceIdOf(incoming) ?? randomHex();
  return `00-${traceId}-${randomHex().slice(0, 16)}-01`;
}

/** 32 digits, never all zero. Node keeps random bytes for UUIDs at hand, and asks the system for those of anything else. */
const randomHex = (): string => randomUUID().replaceAll('-', '');

/** The traceparent of the request, for the events it causes. */
export const Trace = createParamDecorator(
  (_: unknown, context: ExecutionContext): string =>
    context.switchToHttp().getRequest<FastifyRequest & { traceparent: string }>().traceparent,
);
