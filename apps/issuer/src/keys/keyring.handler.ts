import { OPERATOR_TENANT, type SigningAlgorithm } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata, type Handled } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { IssuerConfig } from '../issuer.config.js';
import { ISSUER_CONFIG } from '../issuer.tokens.js';
import { OutgoingEvents } from '../relay/outgoing-events.js';
import type { AdvanceKeys, CompromiseKey, EnsureKey, KeyringCommand, RotateKey } from './keyring.commands.js';
import { type Keyring, keyringDecider } from './keyring.decider.js';
import { keyringEventOf } from './keyring.events.js';
import type { Seal } from './master-key.js';
import { newKeyPair } from './new-key-pair.js';
import { projectSigningKeys } from './signing-key.projection.js';

/** A command that may need a new key, before it is made. */
type WithoutKey<C extends { key: unknown }> = Omit<C, 'key'>;

/** Load → decide → append for one algorithm's keys, with the private part sealed into its row. */
@Injectable()
export class KeyringHandler {
  private readonly seal: Seal;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ISSUER_CONFIG) config: IssuerConfig,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
  ) {
    this.seal = config.MASTER_KEY.sealFor('signing keys');
  }

  /** Makes a key pair and hands it to the command. */
  async handleWithNewKey(
    command: WithoutKey<EnsureKey> | WithoutKey<RotateKey> | WithoutKey<CompromiseKey>,
    metadata: EventMetadata,
  ): Promise<string> {
    const { key, privateJwk } = await newKeyPair(command.algorithm);
    const box = this.seal.close(JSON.stringify(privateJwk), key.keyId);
    await this.run({ ...command, key }, metadata, { keyId: key.keyId, box });
    return key.keyId;
  }

  /** For what needs no new key, and for a key whose private part lies elsewhere. */
  handle(command: AdvanceKeys | RotateKey, metadata: EventMetadata): Promise<Handled<Keyring>> {
    return this.run(command, metadata);
  }

  private async run(
    command: KeyringCommand,
    metadata: EventMetadata,
    sealed?: { keyId: string; box: Buffer },
  ): Promise<Handled<Keyring>> {
    const project = projectSigningKeys(sealed);
    const handler = new CommandHandler(this.dataSource, keyringDecider, keyringEventOf, project);
    const stream = { id: keyringOf(command.algorithm), tenant: OPERATOR_TENANT };
    const handled = await handler.handle(stream, command, metadata);
    if (handled.added.length > 0) this.outgoing.wake();
    return handled;
  }
}

/** The stream of one algorithm's keys. */
const keyringOf = (algorithm: SigningAlgorithm): string => `keyring_${algorithm}`;
