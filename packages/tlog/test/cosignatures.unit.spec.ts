import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  cosignedAt,
  formatAddCheckpoint,
  formatCheckpoint,
  formatSignature,
  generateCosignerKey,
  generateNoteKey,
  leafHash,
  openNote,
  parseAddCheckpoint,
  parseCosignatureVerifier,
  parseCosigner,
  parseNote,
  parseNoteSigner,
  parseNoteVerifier,
  signNote,
  TlogError,
} from '../src/index.js';

const log = generateNoteKey('log.example');
const witness = generateCosignerKey('witness.example/w1');
const text = formatCheckpoint({ origin: 'log.example', size: 7, root: leafHash('root') });
const AT = 1_679_315_147;

const cosigned = (at = AT) =>
  signNote(text, [parseNoteSigner(log.privateKey)]) +
  formatSignature(parseCosigner(witness.privateKey).cosign(text, at));

const codeOf = (attempt: () => unknown): string => {
  try {
    attempt();
    return 'nothing thrown';
  } catch (error) {
    return error instanceof TlogError ? error.code : String(error);
  }
};

describe('a cosignature', () => {
  it('stands under a note beside the log’s signature, each opened by its own key', () => {
    const verifier = parseCosignatureVerifier(witness.verifierKey);
    const { signedBy } = openNote(cosigned(), [parseNoteVerifier(log.verifierKey), verifier]);
    expect(signedBy.map(({ name }) => name)).toEqual(['log.example', 'witness.example/w1']);
  });

  it('signs the message that C2SP tlog-cosignature spells out, and says when', () => {
    const { signature } = parseNote(cosigned()).signatures[1];
    expect(cosignedAt(signature)).toBe(AT);
    const key = Buffer.from(witness.verifierKey.slice('witness.example/w1+12345678+'.length), 'base64');
    expect(key[0]).toBe(0x04);
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.subarray(1)]);
    const message = Buffer.from(`cosignature/v1\ntime 1679315147\n${text}`);
    const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    expect(verify(null, message, publicKey, signature.subarray(8))).toBe(true);
  });

  it('does not verify once its time or the checkpoint was changed', () => {
    const verifier = parseCosignatureVerifier(witness.verifierKey);
    const { signature } = parseNote(cosigned()).signatures[1];
    const later = Buffer.from(signature);
    later[7] ^= 1;
    expect(verifier.verify(text, signature)).toBe(true);
    expect(verifier.verify(text, later)).toBe(false);
    expect(verifier.verify(text.replace('7', '8'), signature)).toBe(false);
    expect(verifier.verify(text, signature.subarray(1))).toBe(false);
  });

  it('has a key that is no note key, and the other way round', () => {
    expect(codeOf(() => parseNoteVerifier(witness.verifierKey))).toBe('key-malformed');
    expect(codeOf(() => parseCosignatureVerifier(log.verifierKey))).toBe('key-malformed');
    expect(codeOf(() => parseCosigner(log.privateKey))).toBe('key-malformed');
  });
});

describe('a request to a witness', () => {
  const note = cosigned();
  const proof = [leafHash('a'), leafHash('b')];

  it('is read as it was written', () => {
    const body = formatAddCheckpoint({ oldSize: 5, proof, note });
    expect(body.split('\n').slice(0, 4)).toEqual([
      'old 5',
      ...proof.map((h) => Buffer.from(h).toString('base64')),
      '',
    ]);
    expect(parseAddCheckpoint(body)).toEqual({
      oldSize: 5,
      proof: proof.map((hash) => Buffer.from(hash)),
      note,
    });
    expect(parseAddCheckpoint(formatAddCheckpoint({ oldSize: 0, proof: [], note }))).toMatchObject({
      oldSize: 0,
      note,
    });
  });

  it.each([
    ['without an old size', note],
    ['with a padded size', `old 05\n\n${note}`],
    ['with a short hash', `old 5\nAAAA\n\n${note}`],
    ['with more hashes than any proof has', `old 5\n${`${'A'.repeat(43)}=\n`.repeat(64)}\n${note}`],
    ['that is empty', ''],
  ])('is refused %s', (_, body) => {
    expect(codeOf(() => parseAddCheckpoint(body))).toBe('request-malformed');
  });
});
