import { MalformedEvent } from '@gatehouse/contracts';
import { ORIGIN } from '@gatehouse/kernel';
import type { Position } from '@gatehouse/kernel';
import type { Hash, Tile } from '@gatehouse/tlog';
import { integrate } from '@gatehouse/tlog';
import { Inject, Injectable } from '@nestjs/common';
import { DatabaseError } from 'pg';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { AppendableLeaf } from './leaf.js';
import { insertLeaves } from './insert-leaves.js';
import { keyOf, loggedAmong } from './logged-among.js';
import { sizeOf } from './log-size.js';
import { TileStore } from './tile-store.js';
import { TreeEdge } from './tree-edge.js';

/** What one append did. */
export interface Appended {
  /** Leaves in the log afterwards. */
  size: number;
  /** Fewer than were given when some had been logged before. */
  added: readonly AppendableLeaf[];
}

/** Something that is done in the transaction of an append. */
export type Alongside = (manager: EntityManager) => Promise<unknown>;

interface Batch {
  leaves: readonly AppendableLeaf[];
  issuerPosition: Position | undefined;
  also: Alongside | undefined;
}

const UNIQUE_VIOLATION = '23505';
/** Held to the end of an append's transaction: it is what makes the appends one after the other. */
const APPEND_LOCK = 1_195_920_437;

/** Appends to the log: leaves, tiles and how far the issuer has been followed, all in one transaction. */
@Injectable()
export class LogStore {
  private readonly edge = new TreeEdge();

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** How far the issuer's events have been logged. */
  async issuerPosition(): Promise<Position> {
    const [row] = await this.dataSource.query<{ position: string }[]>(
      'select position from issuer_positions order by nth desc limit 1',
    );
    return row?.position ?? ORIGIN;
  }

  /**
   * Appends leaves in the order given. One that has been logged before is left out, so a batch can be repeated.
   * Two appends at once, even of two processes, wait for each other.
   * @param issuerPosition of the batch's last event, when it comes from the issuer.
   * @param also what takes effect with the leaves or not at all; not done when all of them were logged before.
   * @throws MalformedEvent when an issuer's event repeats an id with other content.
   */
  async append(
    leaves: readonly AppendableLeaf[],
    issuerPosition?: Position,
    also?: Alongside,
  ): Promise<Appended> {
    const batch = { leaves, issuerPosition, also };
    try {
      // Nearly always all of them are new, and the table itself tells when one is not.
      return await this.commit(batch, async () => leaves);
    } catch (error) {
      if (!isLoggedBefore(error)) throw error;
      return await this.commit(batch, (manager) => withoutLogged(manager, leaves));
    }
  }

  private async commit(
    { issuerPosition, also }: Batch,
    newOnes: (manager: EntityManager) => Promise<readonly AppendableLeaf[]>,
  ): Promise<Appended> {
    const { size, added, tiles } = await this.dataSource.transaction(async (manager) => {
      const size = await lockedSize(manager);
      const added = await newOnes(manager);
      const tiles = added.length > 0 ? await this.extendTree(manager, size, added) : [];
      if (added.length > 0) {
        await insertLeaves(manager, size, added);
        await also?.(manager);
      }
      if (issuerPosition)
        await manager.query('insert into issuer_positions (position) values ($1)', [issuerPosition]);
      return { size: size + added.length, added, tiles };
    });
    if (added.length > 0) this.edge.moved(size, tiles);
    return { size, added };
  }

  /** @returns the tiles that changed, and those at the edge before. */
  private async extendTree(
    manager: EntityManager,
    size: number,
    leaves: readonly AppendableLeaf[],
  ): Promise<Tile[]> {
    const edge = await this.edge.at(size, manager);
    const hashes = leaves.map(({ leafHash }) => leafHash);
    const changed = integrate(size, hashes, edge);
    await new TileStore(manager).write(changed);
    return [...changed, ...edge];
  }
}

/** The unique key of `leaves` over event and channel. */
const isLoggedBefore = (error: unknown): boolean =>
  error instanceof DatabaseError &&
  error.code === UNIQUE_VIOLATION &&
  error.constraint === 'leaves_event_id_channel_key';

/** How many leaves there are, which nobody else changes until this transaction ends. */
async function lockedSize(manager: EntityManager): Promise<number> {
  await manager.query('select pg_advisory_xact_lock($1)', [APPEND_LOCK]);
  return sizeOf(manager);
}

async function withoutLogged(
  manager: EntityManager,
  leaves: readonly AppendableLeaf[],
): Promise<AppendableLeaf[]> {
  const logged = await loggedAmong(manager, leaves);
  return leaves.filter((leaf) => {
    const key = keyOf(leaf);
    const before = logged.get(key);
    if (before) assertSameEvent(leaf, before);
    else logged.set(key, leaf.leafHash);
    return !before;
  });
}

/** A gateway that publishes a batch again may say a newer `oldest`; an issuer's event never changes. */
function assertSameEvent(leaf: AppendableLeaf, loggedHash: Hash): void {
  if (leaf.channel === 'issuer' && !Buffer.from(loggedHash).equals(leaf.leafHash))
    throw new MalformedEvent(`event ${leaf.eventId}: was logged before with other content`);
}
