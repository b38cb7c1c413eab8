import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { NaiveTree } from './naive-tree.js';

// Written from RFC 9162, C2SP signed-note, tlog-checkpoint, tlog-cosignature and tlog-tiles alone, with Node's own
// Ed25519: it shares no code with what it is held against.

const NOTE = 0x01;
const COSIGNATURE = 0x04;
const TILE = 256;

/** Somebody's Ed25519 key, and what he writes under a note with it. */
class IndependentKey {
  private readonly pair = generateKeyPairSync('ed25519');
  private readonly id: Buffer;
  /** C2SP verifier key line. */
  readonly verifierKey: string;

  constructor(
    private readonly name: string,
    type: number,
  ) {
    const raw = Buffer.from(this.pair.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
    const key = Buffer.concat([Buffer.of(type), raw]);
    this.id = createHash('sha256').update(`${name}\n`).update(key).digest().subarray(0, 4);
    this.verifierKey = `${name}+${this.id.toString('hex')}+${key.toString('base64')}`;
  }

  /** A signature line: after the key's id, `before`, then the signature of the message. */
  line(message: string, before = Buffer.alloc(0)): string {
    const signature = sign(null, Buffer.from(message), this.pair.privateKey);
    return `\u2014 ${this.name} ${Buffer.concat([this.id, before, signature]).toString('base64')}\n`;
  }
}

/** A log of another make. */
export class IndependentLog {
  private readonly key: IndependentKey;
  private readonly tree: NaiveTree;

  constructor(
    readonly origin: string,
    readonly entries: readonly Buffer[],
  ) {
    this.key = new IndependentKey(origin, NOTE);
    this.tree = new NaiveTree(entries);
  }

  get verifierKey(): string {
    return this.key.verifierKey;
  }

  leafHash(index: number): Buffer {
    return this.tree.mth(index, index + 1);
  }

  root(size: number): Buffer {
    return this.tree.mth(0, size);
  }

  /** PATH of RFC 9162 §2.1.3.1. */
  inclusionProof(index: number, size: number): Buffer[] {
    return this.tree.path(index, 0, size);
  }

  /** PROOF of §2.1.4.1. */
  consistencyProof(from: number, to: number): Buffer[] {
    return this.tree.subproof(from, 0, to, true);
  }

  /** tlog-checkpoint. */
  checkpointText(size: number): string {
    return `${this.origin}\n${size}\n${this.root(size).toString('base64')}\n`;
  }

  /** signed-note. */
  checkpoint(size: number): string {
    const text = this.checkpointText(size);
    return `${text}\n${this.key.line(text)}`;
  }

  /** The files of tlog-tiles, by their paths; for at most 256 tiles of the lowest level. */
  files(): Map<string, Buffer> {
    const size = this.entries.length;
    const files = new Map([['checkpoint', Buffer.from(this.checkpoint(size))]]);
    const tile = (level: string, index: number, hashes: readonly Buffer[]) => {
      const suffix = hashes.length < TILE ? `.p/${hashes.length}` : '';
      files.set(`tile/${level}/${String(index).padStart(3, '0')}${suffix}`, Buffer.concat(hashes));
    };
    const summits: Buffer[] = [];
    for (let from = 0; from < size; from += TILE) {
      const to = Math.min(from + TILE, size);
      const below = Array.from({ length: to - from }, (_, i) => from + i);
      tile(
        '0',
        from / TILE,
        below.map((index) => this.leafHash(index)),
      );
      const bundle = below.map((index) => withLength(this.entries[index]));
      const suffix = bundle.length < TILE ? `.p/${bundle.length}` : '';
      files.set(`tile/entries/${String(from / TILE).padStart(3, '0')}${suffix}`, Buffer.concat(bundle));
      if (to - from === TILE) summits.push(this.tree.mth(from, to));
    }
    if (summits.length > 0) tile('1', 0, summits);
    return files;
  }
}

/** A witness of another make (tlog-cosignature). */
export class IndependentWitness {
  private readonly key: IndependentKey;

  constructor(name: string) {
    this.key = new IndependentKey(name, COSIGNATURE);
  }

  get verifierKey(): string {
    return this.key.verifierKey;
  }

  /** A signature line to stand under the checkpoint. */
  cosign(checkpointText: string, atSeconds: number): string {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(atSeconds));
    return this.key.line(`cosignature/v1\ntime ${atSeconds}\n${checkpointText}`, time);
  }
}

function withLength(entry: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(entry.length);
  return Buffer.concat([length, entry]);
}
