import type { JoiningDataSource } from '@gatehouse/event-store';

/** Thrown to undo what was only tried out. */
class Rehearsed extends Error {}

/**
 * Runs work in one transaction. A dry run is the same work, undone: what it says would happen is what happens.
 * @returns what the work returned, after the commit or the undoing.
 */
export async function inOneOrUndone<Result>(
  dataSource: JoiningDataSource,
  dryRun: boolean,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!dryRun) return dataSource.asOne(work);
  return dataSource.asOne(async () => {
    let result: Result | undefined;
    const undone = new Rehearsed();
    try {
      // A savepoint: a request with an Idempotency-Key is in a transaction already, which goes on.
      await dataSource.transaction(async () => {
        result = await work();
        throw undone;
      });
    } catch (error) {
      if (error !== undone) throw error;
    }
    return result!;
  });
}
