import { SetMetadata } from '@nestjs/common';

/** Metadata key of {@link AnswersAfresh}. */
export const ANSWERS_AFRESH = Symbol('answers afresh');

/** Marks a POST that only answers a question: yesterday's answer, kept under an Idempotency-Key, would be a false one. */
export const AnswersAfresh = () => SetMetadata(ANSWERS_AFRESH, true);
