import { canonicalJson } from './canonical-json.js';
import { Flaw } from './flaw.js';

/** The first line: what log this is. */
export interface LogLine {
  kind: 'log';
  origin: string;
  verifierKey: string;
  size: number;
}

/** An entry as the log shows it. */
export interface EntryLine {
  kind: 'entry';
  index: number;
  leafHash: string;
  event: Record<string, unknown>;
  /** What it can be found by. */
  shown: Record<string, unknown>;
}

/** An entry whose body the log no longer has: its hash stands for it, and nothing else that is said of it can be checked. */
export interface ExpiredLine {
  kind: 'expired';
  index: number;
  leafHash: string;
}

/** A checkpoint, after the last entry it covers. */
export interface CheckpointLine {
  kind: 'checkpoint';
  note: string;
}

export type ExportLine = LogLine | EntryLine | ExpiredLine | CheckpointLine;

/**
 * Reads one line of an export.
 * @throws Flaw when it is none, or not in its RFC 8785 form: two readers could see two different things in it.
 */
export function parseExportLine(text: string): ExportLine {
  const line = recordOf(text);
  if (canonicalJson(line) !== text) throw new Flaw('a line is not in its RFC 8785 form');
  const { kind, ...rest } = line;
  if (kind === 'log') return logLine(rest);
  if (kind === 'entry') return entryLine(rest);
  if (kind === 'checkpoint' && typeof rest['note'] === 'string') return { kind, note: rest['note'] };
  throw new Flaw('a line is of no kind that an export has');
}

function recordOf(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Flaw('a line is not JSON: the export is cut or damaged');
  }
  if (isRecord(value)) return value;
  throw new Flaw('a line is not a JSON object');
}

function logLine({ version, origin, verifierKey, size }: Record<string, unknown>): LogLine {
  if (version !== 1) throw new Flaw(`this verifier reads version 1 of the export, not ${String(version)}`);
  if (typeof origin !== 'string' || typeof verifierKey !== 'string' || !isCount(size))
    throw new Flaw('the first line does not say what log this is');
  return { kind: 'log', origin, verifierKey, size };
}

function entryLine({ index, leafHash, event, ...shown }: Record<string, unknown>): EntryLine | ExpiredLine {
  if (!isCount(index)) throw new Flaw('an entry has no index');
  if (typeof leafHash === 'string' && event === undefined && shown['expired'] === true)
    return { kind: 'expired', index, leafHash };
  if (typeof leafHash !== 'string' || !isRecord(event))
    throw new Flaw('the entry has no leaf hash or no event', { entry: index });
  return { kind: 'entry', index, leafHash, event, shown };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
