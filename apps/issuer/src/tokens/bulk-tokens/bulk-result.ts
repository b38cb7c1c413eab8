import { type Problem, type ProblemCode, problemOf, problems } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';

/** What became of one item. */
export type BulkResult<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/**
 * An item's refusal as the problem document it would have been alone.
 * @throws the error itself when it is not the item's fault.
 */
export function refused(error: unknown, requestId: string): { ok: false; problem: Problem } {
  if (!(error instanceof DomainError) || !Object.hasOwn(problems, error.code)) throw error;
  const problem = problemOf(
    error.code as ProblemCode,
    error.detail,
    requestId,
    error.options.fields?.slice(),
  );
  return { ok: false, problem };
}
