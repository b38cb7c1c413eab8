import { RoutesRejected } from './routes-rejected.js';

/**
 * What all of them answer.
 * @throws RoutesRejected with the mistakes of all that are refused, each once, in this order: not of whichever fails first.
 */
export async function allAccepted<T>(loads: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(loads);
  const mistakes = outcomes.flatMap((outcome) => {
    if (outcome.status === 'fulfilled') return [];
    if (outcome.reason instanceof RoutesRejected) return outcome.reason.mistakes;
    throw outcome.reason;
  });
  if (mistakes.length > 0)
    throw new RoutesRejected([
      ...new Map(mistakes.map((mistake) => [JSON.stringify(mistake), mistake])).values(),
    ]);
  return Promise.all(loads);
}
