import { TlogError } from './errors.js';
import { decodeBase64, encodeBase64 } from './lib/base64.js';
import type { NoteSigner, NoteVerifier } from './note-key.js';
import { isKeyName } from './note-key.js';

const KEY_ID_BYTES = 4;
/** C2SP asks for at least 16; more than this is nobody's note. */
const MOST_SIGNATURES = 100;
const SIGNATURE_LINE = /^\u2014 (\S+) (\S+)$/u;

/** One signature line. */
export interface NoteSignature {
  name: string;
  /** 8 hexadecimal digits. */
  keyId: string;
  signature: Uint8Array;
}

/** A note as written: its signatures are only claims until {@link openNote} has verified them. */
export interface ParsedNote {
  /** What is signed; ends in a newline. */
  text: string;
  signatures: NoteSignature[];
}

/**
 * Signs a text: the note of C2SP signed-note, one signature line for each signer, in their order.
 * @param text must end in a newline and hold no other control characters.
 * @throws TlogError `note-malformed` when the text cannot be a note's.
 */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!isNoteText(text)) throw new TlogError('note-malformed', 'a note’s text ends in a newline');
  const lines = signers.map((signer) =>
    formatSignature({ name: signer.name, keyId: signer.keyId, signature: signer.sign(text) }),
  );
  return `${text}\n${lines.join('')}`;
}

/**
 * Splits a note into its text and its signatures, without verifying any.
 * @throws TlogError `note-malformed`.
 */
export function parseNote(note: string): ParsedNote {
  const at = note.lastIndexOf('\n\n');
  const text = note.slice(0, at + 1);
  if (at < 0 || !note.endsWith('\n') || !isNoteText(text))
    throw new TlogError('note-malformed', 'a note is a text, an empty line and signature lines');
  const lines = note.slice(at + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES)
    throw new TlogError('note-malformed', `a note has at most ${MOST_SIGNATURES} signatures`);
  return { text, signatures: lines.map(parseSignature) };
}

/**
 * The text of a note and the keys that signed it.
 * @param verifiers the trusted keys: signatures of all others are ignored.
 * @throws TlogError `note-malformed`; `note-signature-invalid` when a trusted key's signature does not verify;
 * `note-unsigned` when no trusted key has signed.
 */
export function openNote(
  note: string,
  verifiers: readonly NoteVerifier[],
): { text: string; signedBy: NoteVerifier[] } {
  const { text, signatures } = parseNote(note);
  const signedBy = new Set<NoteVerifier>();
  for (const { name, keyId, signature } of signatures) {
    const verifier = verifiers.find((v) => v.name === name && v.keyId === keyId);
    if (!verifier) continue;
    if (!verifier.verify(text, signature))
      throw new TlogError('note-signature-invalid', `the signature of ${name}+${keyId} does not verify`);
    signedBy.add(verifier);
  }
  if (signedBy.size === 0) throw new TlogError('note-unsigned', 'no trusted key has signed the note');
  return { text, signedBy: [...signedBy] };
}

/** A signature line, with its newline: it may be added at the end of a note. */
export function formatSignature({ name, keyId, signature }: NoteSignature): string {
  return `\u2014 ${name} ${encodeBase64(Buffer.concat([Buffer.from(keyId, 'hex'), signature]))}\n`;
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', text = ''] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = decodeBase64(text);
  if (!isKeyName(name) || !bytes || bytes.length <= KEY_ID_BYTES)
    throw new TlogError('note-malformed', 'a signature line is "— <name> <base64>"');
  const keyId = Buffer.from(bytes.subarray(0, KEY_ID_BYTES)).toString('hex');
  return { name, keyId, signature: bytes.subarray(KEY_ID_BYTES) };
}

/** C2SP signed-note: UTF-8 without ASCII control characters but newline; lone surrogates have no UTF-8. */
function isNoteText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.endsWith('\n') && !/[\u0000-\u0009\u000b-\u001f\ud800-\udfff]/u.test(text);
}
