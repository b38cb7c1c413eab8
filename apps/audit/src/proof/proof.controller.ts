import { ConsistencyProof, ConsistencyQuery, InclusionProof, InclusionQuery } from '@gatehouse/contracts';
import { Operation, Requires } from '@gatehouse/http';
import type { Hash } from '@gatehouse/tlog';
import { consistencyProof, inclusionProof } from '@gatehouse/tlog';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CheckpointStore } from '../checkpoint/checkpoint-store.js';
import { TileStore } from '../log/tile-store.js';
import { beyondLog, beyondTree, fromAboveTo } from './proof.errors.js';

/** Proofs for trees that a stored checkpoint covers: O(log n) tiles, one statement each. */
@Controller('v1/proof')
export class ProofController {
  private readonly tiles: TileStore;

  constructor(
    @Inject(DataSource) dataSource: DataSource,
    @Inject(CheckpointStore) private readonly checkpoints: CheckpointStore,
  ) {
    this.tiles = new TileStore(dataSource.manager);
  }

  @Get('inclusion')
  @Requires('audit:read')
  @Operation('Prove that an entry is in the log', InclusionProof)
  async inclusion(@Query({ schema: InclusionQuery }) query: InclusionQuery): Promise<InclusionProof> {
    const { index } = query;
    const size = await this.coveredSize('size', query.size);
    if (index >= size) throw beyondTree(index, size);
    const { leafHash, proof } = await this.proofWithLeaf(index, size);
    return { index, size, leafHash: base64(leafHash), proof: proof.map(base64) };
  }

  @Get('consistency')
  @Requires('audit:read')
  @Operation('Prove that the log only grew', ConsistencyProof)
  async consistency(@Query({ schema: ConsistencyQuery }) query: ConsistencyQuery): Promise<ConsistencyProof> {
    const { from } = query;
    const to = await this.coveredSize('to', query.to);
    if (from > to) throw fromAboveTo(from, to);
    const proof = await consistencyProof(from, to, this.tiles.readNodes);
    return { from, to, proof: proof.map(base64) };
  }

  /** The leaf lies in a tile that the proof reads anyway. */
  private async proofWithLeaf(index: number, size: number): Promise<{ leafHash: Hash; proof: Hash[] }> {
    const leaf = { level: 0, index };
    if (size === 1) return { leafHash: (await this.tiles.readNodes([leaf]))[0]!, proof: [] };
    let leafHash!: Hash;
    const proof = await inclusionProof(index, size, async (nodes) => {
      const [first, ...others] = await this.tiles.readNodes([leaf, ...nodes]);
      leafHash = first!;
      return others;
    });
    return { leafHash, proof };
  }

  /** The size asked for, or that of the latest checkpoint; never a larger one: nobody has signed it. */
  private async coveredSize(field: string, asked: number | undefined): Promise<number> {
    const latest = await this.checkpoints.latestSize();
    if (asked !== undefined && asked > latest) throw beyondLog(field, asked, latest);
    return asked ?? latest;
  }
}

const base64 = (hash: Hash): string => Buffer.from(hash).toString('base64');
