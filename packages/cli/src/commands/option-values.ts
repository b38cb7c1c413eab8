import { InvalidArgumentError } from 'commander';

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Gathers an option that may be given several times. */
export const repeated = (value: string, earlier: string[] = []): string[] => [...earlier, value];

/** Seconds of a duration such as `90s`, `15m`, `1h`, `30d`. */
export function durationSeconds(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNIT_SECONDS[unit] ?? 0);
  if (!seconds) throw new InvalidArgumentError('a duration is a number and s, m, h or d, e.g. 15m');
  return seconds;
}

/** A whole number from 1 on. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1 on');
  return Number(text);
}

/** A whole number from 0 on. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

/** An instant: ISO 8601, or how long ago, e.g. `2h`. */
export function instant(text: string): Date {
  if (/^\d+[smhd]$/.test(text)) return new Date(Date.now() - durationSeconds(text) * 1000);
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('expected an ISO 8601 instant, or how long ago, e.g. 2h');
  return at;
}

/** Gathers `key=value` pairs. */
export function keyValue(text: string, earlier: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('expected key=value');
  return { ...earlier, [text.slice(0, at)]: text.slice(at + 1) };
}
