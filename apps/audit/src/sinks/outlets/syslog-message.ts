import { hostname } from 'node:os';
import { factsOf } from '../siem/event-facts.js';
import { cefOf } from '../siem/cef.js';
import type { OutgoingEntry } from '../outlet.js';

/** RFC 5424 §6.2.1, by the scale that CEF has. */
const SEVERITIES = { 1: 6, 3: 6, 5: 5, 7: 4, 10: 2 } as const;

/** An entry as a syslog message (RFC 5424) that holds a CEF line. */
export function syslogMessage(entry: OutgoingEntry, facility: number): string {
  const priority = facility * 8 + SEVERITIES[factsOf(entry).severity];
  const id = printable(entry.type, 32);
  return `<${priority}>1 ${entry.at} ${printable(hostname(), 255)} gatehouse-audit - ${id} - ${cefOf(entry)}`;
}

/** Octet counting (RFC 5425 §4.3): the length in bytes, a space, the message. */
export function framed(message: string): string {
  return `${Buffer.byteLength(message)} ${message}`;
}

/** PRINTUSASCII of RFC 5424 §6; the nil value where nothing is left. */
const printable = (text: string, most: number): string =>
  text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, most) || '-';
