import { createPublicKey, type KeyObject } from 'node:crypto';
import { errors, ExternalSigningKey } from 'oidc-provider';
import type { ExternalKeys } from '../../keys/external-keys.js';
import type { UsableKey } from '../../keys/signing-keys.js';

/** A key of the engine that somebody else signs with. */
export class ExternalKey extends ExternalSigningKey {
  private readonly publicKey: KeyObject;

  constructor(
    private readonly key: UsableKey & { externalName: string },
    private readonly keys: Pick<ExternalKeys, 'sign'>,
  ) {
    super();
    this.publicKey = createPublicKey({ key: { ...key.publicJwk }, format: 'jwk' });
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

  /** The event of the token is committed by now; a token that cannot be signed is one that nobody receives. */
  override async sign(data: Uint8Array): Promise<Uint8Array> {
    const { externalName, algorithm } = this.key;
    return this.keys.sign(externalName, algorithm, data).catch(() => {
      throw new errors.TemporarilyUnavailable('the token could not be signed; try again');
    });
  }
}
