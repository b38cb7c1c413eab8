import type { WitnessesAnswer } from '@gatehouse/contracts';
import { LOGGER } from '@gatehouse/service';
import type { Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { WITNESSES } from '../audit.tokens.js';
import { CheckpointStore } from '../checkpoint/checkpoint-store.js';
import type { StoredCheckpoint } from '../checkpoint/checkpoint-store.js';
import { TileStore } from '../log/tile-store.js';
import { LogMirror } from '../tiles/log-mirror.js';
import { CosignatureStore } from './cosignature-store.js';
import { WitnessFollower } from './witness-follower.js';
import type { WitnessEndpoint } from './witness-list.js';

/** Sends checkpoints to the witnesses, each at its own pace, and keeps what they sign. */
@Injectable()
export class Witnesses {
  private followers: WitnessFollower[];

  constructor(
    @Inject(WITNESSES) private readonly endpoints: readonly WitnessEndpoint[],
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CheckpointStore) private readonly checkpoints: CheckpointStore,
    @Inject(CosignatureStore) private readonly store: CosignatureStore,
    @Inject(LogMirror) private readonly mirror: LogMirror,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.followers = this.newFollowers();
  }

  /** A checkpoint was stored; returns at once: nobody waits for a witness. */
  show(checkpoint: StoredCheckpoint): void {
    for (const follower of this.followers) follower.show(checkpoint);
  }

  /** Returns once no witness is being asked any more. A later checkpoint starts them anew. */
  async stop(): Promise<void> {
    const stopping = this.followers;
    this.followers = this.newFollowers();
    await Promise.all(stopping.map((follower) => follower.stop()));
  }

  /** Who has cosigned what. */
  async state(): Promise<WitnessesAnswer> {
    const size = await this.checkpoints.latestSize();
    const witnesses = this.followers.map(({ shown }) => shown);
    const cosigned = witnesses.filter((of) => of.cosignedSize === size && of.cosignedAt !== null).length;
    return { size, cosigned, witnesses };
  }

  private newFollowers(): WitnessFollower[] {
    const parts = {
      store: this.store,
      read: new TileStore(this.dataSource.manager).readNodes,
      logger: this.logger,
      onCosigned: () => this.mirrorLatest(),
    };
    return this.endpoints.map((endpoint) => new WitnessFollower(endpoint, parts));
  }

  /** The mirror shows cosignatures that came after the checkpoint. */
  private async mirrorLatest(): Promise<void> {
    const latest = await this.checkpoints.latest();
    if (latest) this.mirror.show(latest);
  }
}
