/** A day or month of the calendar, by UTC; or windows of so many seconds that follow each other from the epoch on. */
export type Every = 'day' | 'month' | number;

/** One of them. */
export interface Period {
  /** `2026-11-22`, `2026-11`; of windows their number. */
  readonly period: string;
  readonly endsInMs: number;
}

let latest: { every: 'day' | 'month'; from: number; to: number; period: string } | undefined;

/** The period that an instant lies in. */
export function periodOf(every: Every, wallMs: number): Period {
  if (typeof every === 'number') return windowOf(every * 1000, wallMs);
  if (latest?.every !== every || wallMs < latest.from || wallMs >= latest.to) latest = worked(every, wallMs);
  return { period: latest.period, endsInMs: latest.to - wallMs };
}

function windowOf(lengthMs: number, wallMs: number): Period {
  const window = Math.floor(wallMs / lengthMs);
  return { period: `${window}`, endsInMs: (window + 1) * lengthMs - wallMs };
}

function worked(every: 'day' | 'month', wallMs: number) {
  const date = new Date(wallMs);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return every === 'day'
    ? {
        every,
        from: Date.UTC(year, month, day),
        to: Date.UTC(year, month, day + 1),
        period: date.toISOString().slice(0, 10),
      }
    : {
        every,
        from: Date.UTC(year, month),
        to: Date.UTC(year, month + 1),
        period: date.toISOString().slice(0, 7),
      };
}
