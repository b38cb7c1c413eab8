import { eventually } from '@gatehouse/testing';

/** Waits until something holds; for set-up, where there is nothing to assert. */
export const until = (holds: () => Promise<boolean>, timeoutMs?: number): Promise<void> =>
  eventually(
    async () => {
      if (!(await holds())) throw new Error('does not hold yet');
    },
    timeoutMs === undefined ? {} : { timeoutMs },
  );
