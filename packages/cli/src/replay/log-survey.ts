import { type AccessLogEntry, parseAccessLogLine } from '../access-log/access-log-entry.js';
import { logLines } from '../access-log/log-lines.js';
import { StatusTally } from './status-tally.js';

/** A line no request can be made of. */
export interface UnreadableLine {
  /** From 1. */
  number: number;
  text: string;
}

/** What a log holds, as found in a first reading. */
export interface LogSurvey {
  statuses: StatusTally;
  /** The first distinct clients, at most as many as asked for. */
  clients: ReadonlySet<string>;
  /** Whether there are more. */
  moreClients: boolean;
  bytes: number;
  /** Milliseconds between the first and the last time in the log. */
  spanMs: number;
  unreadable: { count: number; samples: UnreadableLine[] };
}

const MAX_SAMPLES = 10;
const SAMPLE_LENGTH = 160;

/** Reads a whole log once, in constant memory. */
export async function surveyLog(path: string, maxClients: number): Promise<LogSurvey> {
  const clients = new Set<string>();
  const statuses = new StatusTally();
  const unreadable: LogSurvey['unreadable'] = { count: 0, samples: [] };
  let [bytes, number, moreClients] = [0, 0, false];
  let [firstMs, lastMs] = [Infinity, -Infinity];
  for await (const line of logLines(path)) {
    number++;
    const entry = parseAccessLogLine(line);
    if (!entry) {
      if (line.trim()) noteUnreadable(unreadable, number, line);
      continue;
    }
    statuses.add(entry.status);
    bytes += entry.bytes;
    if (clients.size < maxClients) clients.add(entry.client);
    else moreClients ||= !clients.has(entry.client);
    firstMs = Math.min(firstMs, entry.atMs ?? Infinity);
    lastMs = Math.max(lastMs, entry.atMs ?? -Infinity);
  }
  return { statuses, clients, moreClients, bytes, spanMs: Math.max(0, lastMs - firstMs), unreadable };
}

/** The requests of a log, in its order. */
export async function* entriesOf(path: string): AsyncGenerator<AccessLogEntry, void> {
  for await (const line of logLines(path)) {
    const entry = parseAccessLogLine(line);
    if (entry) yield entry;
  }
}

function noteUnreadable(unreadable: LogSurvey['unreadable'], number: number, line: string): void {
  unreadable.count++;
  // A log line is written by strangers: no control character of theirs reaches the terminal.
  const text = line.slice(0, SAMPLE_LENGTH).replaceAll(/[^\x20-\x7e]/g, '?');
  if (unreadable.samples.length < MAX_SAMPLES) unreadable.samples.push({ number, text });
}
