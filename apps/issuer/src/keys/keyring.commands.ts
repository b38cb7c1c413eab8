import type { SigningAlgorithm } from '@gatehouse/contracts';

/** A key that is new here; its private part travels beside the command or lies elsewhere, and is never in it. */
export interface NewKey {
  keyId: string;
  publicJwk: Record<string, string>;
  /** Its name at the signer that holds its private part. */
  externalName?: string;
}

/** Makes sure that some key signs: what an issuer does when it starts. */
export interface EnsureKey {
  kind: 'ensure';
  algorithm: SigningAlgorithm;
  key: NewKey;
  now: Date;
}

/** Publishes a key that takes over later. */
export interface RotateKey {
  kind: 'rotate';
  algorithm: SigningAlgorithm;
  key: NewKey;
  now: Date;
  leadSeconds: number;
}

/** Does what the clock asks for: activates, retires. */
export interface AdvanceKeys {
  kind: 'advance';
  algorithm: SigningAlgorithm;
  now: Date;
  /** How long a key verifies after it has stopped signing: the longest life of what it signed, and skew. */
  retiringSeconds: number;
}

/** Somebody else may have the key. */
export interface CompromiseKey {
  kind: 'compromise';
  algorithm: SigningAlgorithm;
  keyId: string;
  reason: string;
  /** Takes over at once when there is no published one to do so. */
  key: NewKey;
  now: Date;
}

export type KeyringCommand = EnsureKey | RotateKey | AdvanceKeys | CompromiseKey;
