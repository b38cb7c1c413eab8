import type { Provider } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ForgottenAnswers } from './forgotten-answers.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { KeptAnswers } from './kept-answers.js';

/** What makes every POST of the management API repeatable. */
export const idempotencyProviders: Provider[] = [
  KeptAnswers,
  ForgottenAnswers,
  { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
];
