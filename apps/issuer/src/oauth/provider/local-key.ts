import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { SigningAlgorithm } from '@gatehouse/contracts';
import type { JWK } from 'jose';
import { ExternalSigningKey } from 'oidc-provider';
import type { UsableKey } from '../../keys/signing-keys.js';

/** Digests of the algorithms whose signatures take microseconds (RFC 7518 §3.4, RFC 8037 §3.1). */
const QUICK: Partial<Record<SigningAlgorithm, string | null>> = { ES256: 'sha256', EdDSA: null };

/** Whether a key signs so fast that handing the work to another thread would cost more than the work. */
export const isQuick = ({ algorithm }: Pick<UsableKey, 'algorithm'>): boolean => algorithm in QUICK;

/** A key in memory that signs where it is asked to. */
export class LocalKey extends ExternalSigningKey {
  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;

  constructor(private readonly key: UsableKey & { privateJwk: JWK }) {
    super();
    this.privateKey = createPrivateKey({ key: { ...key.privateJwk }, format: 'jwk' });
    this.publicKey = createPublicKey(this.privateKey);
  }

  override get kid(): string {
    return this.key.keyId;
  }

  override get alg(): string {
    return this.key.algorithm;
  }

  override keyObject(): KeyObject {
    return this.publicKey;
  }

  override async sign(data: Uint8Array): Promise<Uint8Array> {
    return sign(QUICK[this.key.algorithm], data, { key: this.privateKey, dsaEncoding: 'ieee-p1363' });
  }
}
