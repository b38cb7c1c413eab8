import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** The token that the guard has let in, to ask another service on the caller's behalf. Never kept, never logged. */
export const CallerToken = createParamDecorator(
  (_: unknown, context: ExecutionContext): string =>
    context
      .switchToHttp()
      .getRequest<{ headers: { authorization?: string } }>()
      .headers.authorization?.split(' ')[1] ?? '',
);
