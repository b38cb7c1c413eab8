import type { AuditEntry } from '@gatehouse/contracts';
import { actorParts, factsOf, textIn } from './event-facts.js';

/**
 * An entry in ArcSight's Common Event Format, version 0: one line, without what stands before `CEF:`.
 * Secrets are not in it, not even hashed: only what says who did what to which.
 */
export function cefOf(entry: AuditEntry): string {
  const { title, severity } = factsOf(entry);
  const header = ['Gatehouse', 'audit', '1', entry.type, title, String(severity)].map(inHeader).join('|');
  const extension = fieldsOf(entry)
    .filter((field): field is [string, string | number] => field[1] !== undefined && field[1] !== '')
    .map(([key, value]) => `${key}=${inExtension(String(value))}`)
    .join(' ');
  return `CEF:0|${header}|${extension}`;
}

/** Keys of the CEF dictionary; what it has none for goes into the custom strings, each with its label. */
function fieldsOf(entry: AuditEntry): (readonly [string, string | number | undefined])[] {
  const { family, deed } = factsOf(entry);
  const actor = actorParts(entry.actor);
  return [
    ['rt', Date.parse(entry.at)],
    ['externalId', entry.eventId],
    ['cat', family],
    ['act', deed],
    ['outcome', 'success'],
    ['suid', actor.id],
    ['sourceServiceName', entry.source],
    ['duid', entry.token ?? entry.subject],
    ['reason', textIn(entry, 'reason')],
    ['cn1', entry.index],
    ['cn1Label', 'leafIndex'],
    ['cs1', entry.tenant],
    ['cs1Label', 'tenant'],
    ['cs2', entry.subject],
    ['cs2Label', 'subject'],
    ['cs3', entry.leafHash],
    ['cs3Label', 'leafHash'],
    ['cs4', actor.kind],
    ['cs4Label', actor.kind && 'actorKind'],
  ];
}

/** Backslash and pipe are escaped, and a header has no line ends. */
const inHeader = (text: string): string =>
  withoutControls(text.replaceAll(/[\r\n]+/g, ' ')).replaceAll(/[\\|]/g, String.raw`\$&`);

/** Backslash and equals sign are escaped; line ends are written as \n and \r; a pipe needs nothing. */
const inExtension = (text: string): string =>
  withoutControls(
    text
      .replaceAll(/[\\=]/g, String.raw`\$&`)
      .replaceAll('\n', String.raw`\n`)
      .replaceAll('\r', String.raw`\r`),
  );

/** Nothing that a terminal or a line-based reader would act on, the line ends of Unicode among it. */
const withoutControls = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');
