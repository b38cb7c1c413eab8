const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const SHAPE = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/;

/** Milliseconds since the epoch of a time such as `17/May/2015:10:05:03 +0200`; `undefined` where it is none. */
export function logInstant(text: string): number | undefined {
  const match = SHAPE.exec(text);
  const month = MONTHS.indexOf(match?.[2] ?? '');
  if (!match || month < 0) return undefined;
  const [day, year, hour, minute, second, zoneHours, zoneMinutes] = [1, 3, 4, 5, 6, 8, 9].map((group) =>
    Number(match[group]),
  ) as [number, number, number, number, number, number, number];
  const zoneMs = (zoneHours * 60 + zoneMinutes) * 60_000 * (match[7] === '-' ? -1 : 1);
  return Date.UTC(year, month, day, hour, minute, second) - zoneMs;
}
