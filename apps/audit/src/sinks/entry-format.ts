import { cefOf } from './siem/cef.js';
import { ocsfOf } from './siem/ocsf.js';
import type { OutgoingEntry } from './outlet.js';

/** `entry`: as `GET /v1/entries` shows it, which can be proven; `ocsf` and `cef` for systems that read those. */
export type EntryFormat = 'entry' | 'ocsf' | 'cef';

/** An entry as a value that becomes JSON. */
export function valueOf(entry: OutgoingEntry, format: Exclude<EntryFormat, 'cef'>, logName: string): object {
  if (format === 'ocsf') return ocsfOf(entry, logName);
  const { orderedBy: _, ...shown } = entry;
  return shown;
}

/** An entry as one line. */
export function lineOf(entry: OutgoingEntry, format: EntryFormat, logName: string): string {
  return format === 'cef' ? cefOf(entry) : JSON.stringify(valueOf(entry, format, logName));
}
