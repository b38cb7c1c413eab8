import type { NodeReader, NoteSigner } from '@gatehouse/tlog';
import { formatCheckpoint, signNote, treeRoot } from '@gatehouse/tlog';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SIGNER } from '../audit.tokens.js';
import { sizeOf } from '../log/log-size.js';
import { TileStore } from '../log/tile-store.js';
import { CheckpointStore } from './checkpoint-store.js';
import type { StoredCheckpoint } from './checkpoint-store.js';
import { SplitView } from './split-view.js';

/** Signs the tree as it stands. */
@Injectable()
export class CheckpointSigner {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CheckpointStore) private readonly checkpoints: CheckpointStore,
    @Inject(SIGNER) private readonly signer: NoteSigner,
  ) {}

  /**
   * Signs and stores a checkpoint of all that has been appended. Before it does, the tree must still contain the tree
   * that was signed last: whoever changed a tile in between is found here, and the signature withheld.
   * @returns what may now be shown.
   * @throws SplitView when the tree no longer agrees with what was signed.
   */
  async sign(): Promise<StoredCheckpoint> {
    const size = await sizeOf(this.dataSource.manager);
    const read = new TileStore(this.dataSource.manager).readNodes;
    const latest = await this.checkpoints.latest();
    if (latest) await assertExtends(latest, size, read);
    const root = await treeRoot(size, read);
    const note = signNote(formatCheckpoint({ origin: this.signer.name, size, root }), [this.signer]);
    const checkpoint = { size, root, note };
    await this.checkpoints.save({ ...checkpoint, keyId: this.signer.keyId });
    // As stored: signed again without news, it may have been cosigned since.
    return (await this.checkpoints.latest()) ?? checkpoint;
  }
}

async function assertExtends(signed: StoredCheckpoint, size: number, read: NodeReader): Promise<void> {
  if (signed.size > size)
    throw new SplitView(`the log has ${size} leaves, but ${signed.size} were signed: it was cut`);
  const root = await treeRoot(signed.size, read);
  if (!Buffer.from(root).equals(signed.root))
    throw new SplitView(`the tree of ${signed.size} leaves no longer has the root that was signed`);
}
