import { parseCosignatureVerifier, TlogError } from '@gatehouse/tlog';
import type { NoteVerifier } from '@gatehouse/tlog';

/** A witness, and where it is asked. */
export interface WitnessEndpoint {
  verifier: NoteVerifier;
  verifierKey: string;
  /** C2SP tlog-witness: the submission prefix. */
  url: string;
}

const MOST_WITNESSES = 32;

/**
 * Reads a list of witnesses: `<verifier key> <url>`, one a line; empty lines and those that begin with # count for nothing.
 * @returns why it is none, or the list.
 */
export function parseWitnessList(text: string): WitnessEndpoint[] | string {
  const lines = text.split('\n').map((line) => line.trim());
  const witnesses = lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseWitness);
  const wrong = witnesses.find((witness) => typeof witness === 'string');
  if (wrong !== undefined) return wrong;
  const list = witnesses.filter((witness) => typeof witness !== 'string');
  if (new Set(list.map(({ verifierKey }) => verifierKey)).size < list.length)
    return 'a witness is named twice';
  return list.length > MOST_WITNESSES ? `at most ${MOST_WITNESSES} witnesses` : list;
}

function parseWitness(line: string): WitnessEndpoint | string {
  const [verifierKey = '', url = '', ...more] = line.split(/\s+/);
  if (more.length > 0 || !/^https?:\/\//.test(url) || !URL.canParse(url))
    return 'expected "<verifier key> <http or https URL>", one a line';
  try {
    return { verifier: parseCosignatureVerifier(verifierKey), verifierKey, url: url.replace(/\/$/, '') };
  } catch (error) {
    if (error instanceof TlogError) return `"${verifierKey}" is no witness’s verifier key`;
    throw error;
  }
}
