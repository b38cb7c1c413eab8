const LONGEST_MS = 60_000;

let parsing: Promise<unknown> = Promise.resolve();

/**
 * Runs one task after the other in this process: the parser of libmodsecurity has global state, and two threads that
 * read rules at the same time end the process.
 */
export function inParserTurn<T>(task: () => Promise<T>): Promise<T> {
  const done = parsing.then(() => withinTime(task()));
  parsing = done.catch(() => {});
  return done;
}

function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`reading the rules took longer than ${LONGEST_MS / 1000} s`)),
      LONGEST_MS,
    );
  });
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}
