import { describe, expect, it } from '@jest/globals';
import {
  formatCheckpoint,
  generateNoteKey,
  leafHash,
  openNote,
  parseCheckpoint,
  parseNote,
  parseNoteSigner,
  parseNoteVerifier,
  signNote,
  TlogError,
} from '../src/index.js';

// The example key and note of golang.org/x/mod/sumdb/note, where the format comes from.
const PRIVATE = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const VERIFIER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const TEXT =
  'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n'.replace(
    '’',
    "'",
  );
const NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

const codeOf = (attempt: () => unknown): string | undefined => {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error instanceof TlogError ? error.code : String(error);
  }
};

describe('a note key', () => {
  it('is read from its private line, and shows its public line', () => {
    expect(parseNoteSigner(PRIVATE).verifierKey).toBe(VERIFIER);
  });

  it('is new each time it is generated, and its two halves belong together', () => {
    const [a, b] = [generateNoteKey('gatehouse.test/audit'), generateNoteKey('gatehouse.test/audit')];
    expect(a.privateKey).not.toBe(b.privateKey);
    expect(parseNoteSigner(a.privateKey).verifierKey).toBe(a.verifierKey);
    expect(parseNoteVerifier(a.verifierKey).name).toBe('gatehouse.test/audit');
  });

  it.each(['', 'two words', 'plus+sign', 'line\nbreak', 'no\u00a0break'])('cannot be named %j', (name) => {
    expect(codeOf(() => generateNoteKey(name))).toBe('key-malformed');
  });

  it.each([
    '',
    VERIFIER,
    PRIVATE.replace('c74f20a3', 'c74f20a4'),
    PRIVATE.replace('PeterNeumann', 'Peter Neumann'),
    PRIVATE.slice(0, -1),
    `${PRIVATE}=`,
    PRIVATE.replace('+AYEK', '+AoEK'),
  ])('is refused when its line is %j, without quoting it', (line) => {
    expect(codeOf(() => parseNoteSigner(line))).toBe('key-malformed');
    expect(() => parseNoteSigner(line)).not.toThrow(/AYEK|AoEK/);
  });

  it('is refused when its public line holds another key’s id', () => {
    expect(codeOf(() => parseNoteVerifier(VERIFIER.replace('c74f', 'c74e')))).toBe('key-malformed');
  });
});

describe('a signed note', () => {
  it('is byte for byte what the original implementation writes', () => {
    expect(signNote(TEXT, [parseNoteSigner(PRIVATE)])).toBe(NOTE);
  });

  it('opens with the key that signed it', () => {
    const opened = openNote(NOTE, [parseNoteVerifier(VERIFIER)]);
    expect(opened.text).toBe(TEXT);
    expect(opened.signedBy.map(({ name }) => name)).toEqual(['PeterNeumann']);
  });

  it('opens when strangers signed it as well', () => {
    const signers = [parseNoteSigner(generateNoteKey('stranger').privateKey), parseNoteSigner(PRIVATE)];
    expect(openNote(signNote(TEXT, signers), [parseNoteVerifier(VERIFIER)]).text).toBe(TEXT);
  });

  it('does not open without a trusted signature', () => {
    const stranger = parseNoteVerifier(generateNoteKey('PeterNeumann').verifierKey);
    expect(codeOf(() => openNote(NOTE, [stranger]))).toBe('note-unsigned');
    expect(codeOf(() => openNote(NOTE, []))).toBe('note-unsigned');
  });

  it('does not open once its text was changed', () => {
    const changed = NOTE.replace('answer', 'Answer');
    expect(codeOf(() => openNote(changed, [parseNoteVerifier(VERIFIER)]))).toBe('note-signature-invalid');
  });

  it('keeps empty lines in its text: the last one separates', () => {
    const signer = parseNoteSigner(PRIVATE);
    expect(parseNote(signNote('one\n\ntwo\n', [signer])).text).toBe('one\n\ntwo\n');
  });

  it.each([
    ['without a signature', `${TEXT}\n`],
    ['without an empty line', TEXT],
    ['without the last newline', NOTE.slice(0, -1)],
    ['with a carriage return', NOTE.replace('\n', '\r\n')],
    ['with a hyphen for the dash', NOTE.replace('— ', '- ')],
    ['with lenient base64', NOTE.replace('nAM=', 'nAN=')],
    ['with too many signatures', NOTE + NOTE.slice(NOTE.indexOf('— ')).repeat(100)],
  ])('is refused %s', (_, note) => {
    expect(codeOf(() => parseNote(note))).toBe('note-malformed');
  });

  it('is not made from a text that could not be read back', () => {
    for (const text of ['', 'no newline', 'tab\t\n', 'lone \ud800\n'])
      expect(codeOf(() => signNote(text, [parseNoteSigner(PRIVATE)]))).toBe('note-malformed');
  });
});

describe('a checkpoint', () => {
  const root = leafHash('root');
  const text = `example.com/log\n20852163\n${Buffer.from(root).toString('base64')}\n`;

  it('is written as C2SP tlog-checkpoint does, and read back', () => {
    expect(formatCheckpoint({ origin: 'example.com/log', size: 20_852_163, root })).toBe(text);
    expect(parseCheckpoint(text)).toEqual({ origin: 'example.com/log', size: 20_852_163, root });
    expect(parseCheckpoint(`${text}more\n`).extensions).toEqual(['more']);
  });

  it.each([
    ['a leading zero', text.replace('2085', '02085')],
    ['a sign', text.replace('2085', '+2085')],
    ['a size beyond exact numbers', text.replace('20852163', '9007199254740993')],
    ['a short root', text.replace('=\n', '\n')],
    ['an empty extension line', `${text}\n`],
    ['no origin', text.slice(text.indexOf('\n'))],
    ['no last newline', text.slice(0, -1)],
  ])('is refused with %s', (_, broken) => {
    expect(codeOf(() => parseCheckpoint(broken))).toBe('checkpoint-malformed');
  });

  it('is not written from parts that could not be read back', () => {
    for (const part of [{ origin: '' }, { origin: 'a\nb' }, { size: -1 }, { root: new Uint8Array(31) }])
      expect(codeOf(() => formatCheckpoint({ origin: 'log', size: 1, root, ...part }))).toBe(
        'checkpoint-malformed',
      );
  });
});
