import { seconds } from '../progress.js';
import { plainTable } from '../table.js';
import type { Terminal } from '../terminal.js';
import type { LogSurvey } from './log-survey.js';
import type { Recorded } from './recorded.js';
import type { Sender } from './sender.js';
import type { StatusTally } from './status-tally.js';

/** What came of a replay. */
export interface ReplayReport {
  inLog: StatusTally;
  sent: StatusTally;
  answered: StatusTally;
  refused: StatusTally;
  recorded: StatusTally;
  /** Records that analytics knows to be lost. */
  knownMissing: number;
  unanswered: number;
  retries: number;
  unreadable: LogSurvey['unreadable'];
  elapsedMs: number;
  /** Why the last request without an answer had none. */
  lastError: string;
  /** Whether exactly what the log holds was recorded. */
  complete: boolean;
}

/** Puts the parts together. */
export function reportOf(
  { statuses: inLog, unreadable }: LogSurvey,
  { sent, answered, refused, unanswered, retries, lastError }: Sender,
  recorded: Recorded,
  elapsedMs: number,
): ReplayReport {
  const complete = inLog.equals(recorded.byStatus) && inLog.equals(answered);
  const counts = { sent, answered, refused, unanswered, retries, lastError };
  return {
    inLog,
    ...counts,
    recorded: recorded.byStatus,
    knownMissing: recorded.missing,
    unreadable,
    elapsedMs,
    complete,
  };
}

/** The report for people: the table by status, then whatever needs an explanation. */
export function reportText(report: ReplayReport, { colours }: Terminal): string {
  const { sent, elapsedMs, complete } = report;
  const rate = Math.round((1000 * sent.total) / Math.max(elapsedMs, 1)).toLocaleString('en');
  const verdict = complete
    ? colours.green('Every request of the log was answered and recorded.')
    : colours.red('The records differ from the log.');
  const sentences = [`Sent ${sent.total} requests in ${seconds(elapsedMs)} (${rate}/s).`, ...remarks(report)];
  return [statusTable(report), '', ...sentences, verdict].join('\n');
}

function statusTable({ inLog, sent, answered, recorded }: ReplayReport): string {
  const statuses = [...new Set([inLog, answered, recorded].flatMap((tally) => tally.statuses))];
  const rows = statuses
    .toSorted((a, b) => a - b)
    .map((status) =>
      rowOf(String(status), inLog.of(status), sent.of(status), answered.of(status), recorded.of(status)),
    );
  const total = rowOf('total', inLog.total, sent.total, answered.total, recorded.total);
  return plainTable(['status', 'in log', 'sent', 'answered', 'recorded', 'missing'], [...rows, total]);
}

const rowOf = (name: string, inLog: number, sent: number, answered: number, recorded: number) => [
  name,
  inLog,
  sent,
  answered,
  recorded,
  inLog - recorded,
];

function remarks({
  refused,
  unanswered,
  retries,
  knownMissing,
  unreadable,
  lastError,
}: ReplayReport): string[] {
  const byStatus = refused.statuses.map((status) => `${refused.of(status)} with ${status}`).join(', ');
  return [
    ...(retries ? [`${retries} attempts were repeated; each request counts once.`] : []),
    ...(refused.total ? [`The gateway itself refused ${refused.total}: ${byStatus}.`] : []),
    ...(unanswered ? [`${unanswered} were not answered (${lastError}).`] : []),
    ...(knownMissing ? [`Analytics knows ${knownMissing} records to be lost.`] : []),
    ...unreadableLines(unreadable),
  ];
}

/** Lines no request could be made of, for people. */
export function unreadableLines({ count, samples }: LogSurvey['unreadable']): string[] {
  if (!count) return [];
  const shown = samples.map(({ number, text }) => `  line ${number}: ${text}`);
  const more = count > samples.length ? [`  and ${count - samples.length} more`] : [];
  return [`${count} lines could not be read as requests and were not sent:`, ...shown, ...more];
}
