import type { QueryRunner } from 'typeorm';

/**
 * Makes a connection send its queries one after the other, however many are asked for at once: `pg` 9 refuses a second one
 * while the first is under way.
 * @returns the same runner.
 */
export function oneAfterTheOther(runner: QueryRunner): QueryRunner {
  const send: (...query: Parameters<QueryRunner['query']>) => Promise<unknown> = runner.query.bind(runner);
  let last: Promise<unknown> = Promise.resolve();
  return Object.assign(runner, {
    query(...query: Parameters<QueryRunner['query']>): Promise<unknown> {
      const sent = last.then(() => send(...query));
      last = sent.catch(() => undefined); // who asked for it hears of its error; the next one goes on
      return sent;
    },
  });
}
