import type { EventMetadata } from '@gatehouse/event-store';
import { DomainError, newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { DataSource } from 'typeorm';
import { type IssuerConfig, issuerOf } from '../../../issuer.config.js';
import { ISSUER_CONFIG } from '../../../issuer.tokens.js';
import { SignInJournal } from '../../sign-in-journal.js';
import { Ceremonies } from './ceremonies.js';
import { assertionOf, attestationOf } from './credential.js';

const MAX_PER_PERSON = 20;

interface Row {
  user_id: string;
  credential_id: string;
  public_key: Buffer;
  counter: string;
}

/** Passkeys (Web Authentication Level 3): found without a name, with the person verified by her device. */
@Injectable()
export class Passkeys {
  private readonly origin: string;
  private readonly rpId: string;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SignInJournal) private readonly journal: SignInJournal,
    @Inject(Ceremonies) private readonly ceremonies: Ceremonies,
    @Inject(ISSUER_CONFIG) config: IssuerConfig,
  ) {
    this.origin = issuerOf(config);
    this.rpId = new URL(this.origin).hostname;
  }

  /** WebAuthn §5.1.2: an address is no domain, and browsers refuse it. */
  get areOffered(): boolean {
    return !/^[\d.]+$|^\[/.test(this.rpId);
  }

  /** Options for `navigator.credentials.create`. */
  async enrolmentOptions(userId: string, label: string): Promise<object> {
    const known = await this.dataSource.query<{ credential_id: string }[]>(
      'select credential_id from passkey where user_id = $1',
      [userId],
    );
    const options = await generateRegistrationOptions({
      rpName: 'Gatehouse',
      rpID: this.rpId,
      userID: new TextEncoder().encode(userId),
      userName: label,
      userDisplayName: label,
      excludeCredentials: known.map(({ credential_id: id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    await this.ceremonies.begin('PasskeyEnrolment', userId, options.challenge);
    return options;
  }

  /**
   * Adds a passkey the person's device has just made.
   * @returns false when it is not an answer to what was asked.
   * @throws DomainError `conflict` when it is known already, or the person has too many.
   */
  async enrol(
    tenant: string,
    userId: string,
    { name, credential }: { name: string; credential: string },
    metadata: EventMetadata,
  ): Promise<boolean> {
    const challenge = await this.ceremonies.finish('PasskeyEnrolment', userId);
    const response = attestationOf(credential);
    if (challenge === undefined || !response) return false;
    const verified = await quietly(
      verifyRegistrationResponse({ response, expectedChallenge: challenge, ...this.expected() }),
    );
    if (!verified?.verified) return false;
    const { id, publicKey, counter } = verified.registrationInfo.credential;
    const factorId = newId('fac');
    await this.journal.together(async (manager) => {
      const rows = await manager.query<unknown[]>(INSERT, [
        factorId,
        userId,
        tenant,
        id,
        Buffer.from(publicKey),
        counter,
        response.transports,
        name,
        MAX_PER_PERSON,
      ]);
      if (rows.length === 0) throw new DomainError('conflict', 'conflict', TAKEN);
      await this.journal.enrolled(manager, tenant, { factorId, userId, kind: 'passkey' }, metadata);
    });
    return true;
  }

  /** Options for `navigator.credentials.get`; the browser offers what it has for this place. */
  async signInOptions(interaction: string): Promise<object> {
    const options = await generateAuthenticationOptions({ rpID: this.rpId, userVerification: 'required' });
    await this.ceremonies.begin('PasskeySignIn', interaction, options.challenge);
    return options;
  }

  /** @returns whose passkey answered; `undefined` when it is no answer to what was asked, or of another tenant. */
  async verify(
    tenant: string,
    interaction: string,
    credential: string,
  ): Promise<{ userId: string; verified: boolean } | undefined> {
    const challenge = await this.ceremonies.finish('PasskeySignIn', interaction);
    const response = assertionOf(credential);
    if (challenge === undefined || !response) return undefined;
    const [row] = await this.dataSource.query<Row[]>(
      'select user_id, credential_id, public_key, counter from passkey where credential_id = $1 and tenant = $2',
      [response.id, tenant],
    );
    if (!row) return undefined;
    const answer = await quietly(
      verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge,
        ...this.expected(),
        credential: {
          id: row.credential_id,
          publicKey: new Uint8Array(row.public_key),
          counter: Number(row.counter),
        },
      }),
    );
    const verified =
      answer?.verified === true && (await this.counted(row, answer.authenticationInfo.newCounter));
    return { userId: row.user_id, verified };
  }

  /** WebAuthn §6.1.1: a counter that does not grow says there are two of it. Synchronised passkeys say 0 for ever. */
  private async counted({ credential_id }: Row, counter: number): Promise<boolean> {
    const [rows] = await this.dataSource.query<[unknown[], number]>(
      `update passkey set counter = $2, last_used_at = now()
       where credential_id = $1 and (counter < $2 or (counter = 0 and $2 = 0)) returning id`,
      [credential_id, counter],
    );
    return rows.length > 0;
  }

  private expected() {
    return { expectedOrigin: this.origin, expectedRPID: this.rpId, requireUserVerification: true };
  }
}

/** The library throws for whatever is wrong with an answer: to us it is no answer. */
const quietly = <Answer>(answer: Promise<Answer>): Promise<Answer | undefined> =>
  answer.catch(() => undefined);

const TAKEN = `This passkey is set up already, or there are ${MAX_PER_PERSON}. Remove one first.`;

const INSERT = `
  insert into passkey (id, user_id, tenant, credential_id, public_key, counter, transports, name)
  select $1, $2, $3, $4, $5, $6::bigint, $7::text[], $8
  where (select count(*) from passkey where user_id = $2) < $9
  on conflict (credential_id) do nothing returning id`;
