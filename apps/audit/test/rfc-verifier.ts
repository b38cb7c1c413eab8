import { createHash, createPublicKey, verify } from 'node:crypto';

// Written from RFC 9162, RFC 8785 and C2SP alone, by recursion over the definitions: shares no code with the log.

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

const nodeOf = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.of(1), left, right);

/** RFC 9162 §2.1.1, of the RFC 8785 form of a value. */
export const leafHashOf = (value: unknown): Buffer => sha256(Buffer.of(0), Buffer.from(canonical(value)));

/** RFC 8785 for what events hold: sorted members, ECMAScript's own strings and numbers. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

/** k of RFC 9162 §2.1.1. */
function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** MTH of §2.1.1 over leaf hashes. */
export function naiveRoot(leafHashes: readonly Buffer[]): Buffer {
  const [only] = leafHashes;
  if (!only) return sha256();
  if (leafHashes.length === 1) return only;
  const k = splitOf(leafHashes.length);
  return nodeOf(naiveRoot(leafHashes.slice(0, k)), naiveRoot(leafHashes.slice(k)));
}

/** The root that follows from PATH(m, D_n), §2.1.3.1 read backwards. */
export function rootFromInclusion(m: number, n: number, leaf: Buffer, path: readonly Buffer[]): Buffer {
  if (n === 1) {
    if (path.length > 0) throw new Error('the proof is too long');
    return leaf;
  }
  const k = splitOf(n);
  const sibling = path.at(-1);
  if (!sibling) throw new Error('the proof is too short');
  const rest = path.slice(0, -1);
  return m < k
    ? nodeOf(rootFromInclusion(m, k, leaf, rest), sibling)
    : nodeOf(sibling, rootFromInclusion(m - k, n - k, leaf, rest));
}

/** The two roots that follow from PROOF(m, D_n), §2.1.4.1 read backwards, given the smaller tree's root. */
export function rootsFromConsistency(m: number, n: number, oldRoot: Buffer, proof: readonly Buffer[]) {
  const subproof = (m: number, n: number, known: boolean, proof: readonly Buffer[]): [Buffer, Buffer] => {
    const last = proof.at(-1);
    if (m === n) {
      if (proof.length !== (known ? 0 : 1)) throw new Error('the proof has a wrong length');
      const root = last ?? oldRoot;
      return [root, root];
    }
    if (!last) throw new Error('the proof is too short');
    const k = splitOf(n);
    const rest = proof.slice(0, -1);
    if (m <= k) {
      const [before, after] = subproof(m, k, known, rest);
      return [before, nodeOf(after, last)];
    }
    const [before, after] = subproof(m - k, n - k, false, rest);
    return [nodeOf(last, before), nodeOf(last, after)];
  };
  const [before, after] = subproof(m, n, true, proof);
  return { before, after };
}

/** Opens a C2SP checkpoint with one Ed25519 verifier key, or throws. Signatures of others, such as witnesses, are passed over. */
export function openCheckpoint(
  note: string,
  verifierKey: string,
): { origin: string; size: number; root: Buffer } {
  const [name = '', keyId = ''] = verifierKey.split('+');
  const key = verifierKey.slice(name.length + keyId.length + 2); // base64 may hold a plus itself
  const text = note.slice(0, note.indexOf('\n\n') + 1);
  const signatures = [...note.slice(text.length + 1).matchAll(/^\u2014 (\S+) (\S+)$/gm)];
  const signature = signatures
    .filter(([, signer]) => signer === name)
    .map(([, , base64]) => Buffer.from(base64 ?? '', 'base64'))
    .find((bytes) => bytes.subarray(0, 4).toString('hex') === keyId);
  const spki = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from(key, 'base64').subarray(1),
  ]);
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  if (!signature) throw new Error('signed by somebody else');
  if (!verify(null, Buffer.from(text), publicKey, signature.subarray(4)))
    throw new Error('the signature is wrong');
  const [origin = '', size = '', root = ''] = text.split('\n');
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') };
}
