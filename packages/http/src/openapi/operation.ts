import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

/** What an endpoint answers on success: a JSON body's schema, or a schema per media type; absent: nothing (204). */
export type OperationAnswer = z.ZodType | Readonly<Record<string, z.ZodType>>;

/** What {@link Operation} says of an endpoint. */
export interface OperationDescription {
  readonly summary: string;
  readonly answer?: OperationAnswer;
}

/** Metadata key of {@link Operation}. */
export const OPERATION = Symbol('operation');

/**
 * Describes an endpoint for the OpenAPI document. What it takes is read from the schemas of its parameters.
 * @param summary one line, imperative: `Issue a token`.
 */
export const Operation = (summary: string, answer?: OperationAnswer) =>
  SetMetadata(OPERATION, { summary, ...(answer && { answer }) } satisfies OperationDescription);
