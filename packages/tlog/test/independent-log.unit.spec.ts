import { describe, expect, it } from '@jest/globals';
import {
  cosignedAt,
  leafHash,
  openNote,
  parseCheckpoint,
  parseCosignatureVerifier,
  parseNote,
  parseNoteVerifier,
  TlogError,
  verifyConsistency,
  verifyInclusion,
} from '../src/index.js';
import { IndependentLog, IndependentWitness } from './independent-log.js';

const SIZES = Array.from({ length: 70 }, (_, i) => i + 1);
const AT = 1_790_000_000;

const log = new IndependentLog(
  'other.example/log',
  SIZES.map((n) => Buffer.from(`entry ${n}`)),
);
const witness = new IndependentWitness('other.example/witness');
const verifiers = [parseNoteVerifier(log.verifierKey), parseCosignatureVerifier(witness.verifierKey)];

const refusal = (note: string): string => {
  try {
    openNote(note, verifiers);
    return 'none';
  } catch (error) {
    return error instanceof TlogError ? error.code : String(error);
  }
};

/** Another hash, one bit apart. */
const changed = (hash: Buffer): Buffer => Buffer.concat([Buffer.of(hash[0] ^ 1), hash.subarray(1)]);

describe('a log of another make', () => {
  it('has leaves, roots and inclusion proofs that are taken as they are, and not once one bit is another', () => {
    for (const size of SIZES)
      for (let index = 0; index < size; index++) {
        const claim = { index, size, leafHash: leafHash(log.entries[index]), root: log.root(size) };
        const proof = log.inclusionProof(index, size);
        expect(verifyInclusion({ ...claim, proof })).toBe(true);
        expect(verifyInclusion({ ...claim, proof, root: changed(claim.root) })).toBe(false);
        for (const i of proof.keys())
          expect(verifyInclusion({ ...claim, proof: proof.with(i, changed(proof[i])) })).toBe(false);
      }
  });

  it('has consistency proofs that are taken as they are, and not once one bit is another', () => {
    for (const to of SIZES)
      for (let from = 1; from <= to; from++) {
        const claim = { from, to, fromRoot: log.root(from), toRoot: log.root(to) };
        const proof = log.consistencyProof(from, to);
        expect(verifyConsistency({ ...claim, proof })).toBe(true);
        expect(verifyConsistency({ ...claim, proof, toRoot: changed(claim.toRoot) })).toBe(false);
        for (const i of proof.keys())
          expect(verifyConsistency({ ...claim, proof: proof.with(i, changed(proof[i])) })).toBe(false);
      }
  });

  it('signs checkpoints, and witnesses of another make cosign them, that open with their keys', () => {
    const note = log.checkpoint(70) + witness.cosign(log.checkpointText(70), AT);
    const { text, signedBy } = openNote(note, verifiers);
    expect(parseCheckpoint(text)).toEqual({ origin: log.origin, size: 70, root: log.root(70) });
    expect(signedBy).toEqual(verifiers);
    expect(cosignedAt(parseNote(note).signatures[1].signature)).toBe(AT);
  });

  it.each([
    ['the size', log.checkpoint(70).replace('\n70\n', '\n71\n')],
    [
      'the root',
      log.checkpoint(70).replace(log.root(70).toString('base64'), log.root(69).toString('base64')),
    ],
    ['the cosigned text', log.checkpoint(70) + witness.cosign(log.checkpointText(69), AT)],
  ])('is refused once %s is another than was signed', (_, note) => {
    expect(refusal(note)).toBe('note-signature-invalid');
  });
});
