import { randomBytes } from 'node:crypto';
import type { SigningAlgorithm } from '@gatehouse/contracts';
import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { compactVerify, importJWK, type JWK } from 'jose';
import type { IssuerConfig } from '../issuer.config.js';
import { ISSUER_CONFIG } from '../issuer.tokens.js';
import { HttpKeySigner } from './http-key-signer.js';
import type { KeySigner } from './key-signer.js';
import type { NewKey } from './keyring.commands.js';
import { keyNotUsable } from './keyring.errors.js';
import { keyNamed } from './new-key-pair.js';

const LOG_EVERY_MS = 10_000;

/** Keys whose private part is at the configured signer. */
@Injectable()
export class ExternalKeys {
  private readonly signer: KeySigner | undefined;
  private loggedAt = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(ISSUER_CONFIG) { KEY_SIGNER_URL, KEY_SIGNER_TOKEN }: IssuerConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.signer =
      KEY_SIGNER_URL === undefined
        ? undefined
        : new HttpKeySigner(KEY_SIGNER_URL.replace(/\/$/, ''), KEY_SIGNER_TOKEN);
  }

  /**
   * A key that is about to be published. What it signs has verified: a key that cannot sign would take over from one that can.
   * @throws DomainError `key-not-usable`.
   */
  async prove(name: string, algorithm: SigningAlgorithm): Promise<NewKey> {
    if (!this.signer) throw keyNotUsable('This issuer has no signer beside it (KEY_SIGNER_URL).');
    try {
      const publicJwk = await this.signer.publicJwk(name);
      await this.tryOut(name, algorithm, publicJwk);
      return { ...(await keyNamed(publicJwk, algorithm)), externalName: name };
    } catch (error) {
      this.logger.warn({ err: error, name, algorithm }, 'a key at the signer is not usable');
      throw keyNotUsable(`The signer has no key ${name} that signs with ${algorithm}. The log says more.`);
    }
  }

  /** @throws when the signer does not sign; the log says why, but not for each token. */
  async sign(name: string, algorithm: SigningAlgorithm, data: Uint8Array): Promise<Uint8Array> {
    try {
      if (!this.signer) throw new Error('KEY_SIGNER_URL is not set');
      return await this.signer.sign(name, algorithm, data);
    } catch (error) {
      if (performance.now() - this.loggedAt > LOG_EVERY_MS) {
        this.loggedAt = performance.now();
        this.logger.error({ err: error, name }, 'the signer does not sign');
      }
      throw error;
    }
  }

  private async tryOut(name: string, algorithm: SigningAlgorithm, publicJwk: JWK): Promise<void> {
    const header = Buffer.from(JSON.stringify({ alg: algorithm })).toString('base64url');
    const input = `${header}.${randomBytes(32).toString('base64url')}`;
    const signature = Buffer.from(await this.sign(name, algorithm, Buffer.from(input))).toString('base64url');
    await compactVerify(`${input}.${signature}`, await importJWK(publicJwk, algorithm));
  }
}
