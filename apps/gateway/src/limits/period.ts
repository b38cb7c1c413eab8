/** A day or month of the calendar, by UTC. */
export interface Period {
  /** `2026-11-22`, `2026-11`. */
  readonly period: string;
  readonly endsInMs: number;
}

let latest: { every: 'day' | 'month'; from: number; to: number; period: string } | undefined;

/** The period that an instant lies in. */
export function periodOf(every: 'day' | 'month', wallMs: number): Period {
  if (latest?.every !== every || wallMs < latest.from || wallMs >= latest.to) latest = worked(every, wallMs);
  return { period: latest.period, endsInMs: latest.to - wallMs };
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
