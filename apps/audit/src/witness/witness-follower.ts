import { setTimeout as pause } from 'node:timers/promises';
import type { WitnessesAnswer } from '@gatehouse/contracts';
import type { Logger } from '@gatehouse/service';
import type { NodeReader } from '@gatehouse/tlog';
import { WitnessCosignedSize, WitnessRefused } from '../audit.metrics.js';
import type { StoredCheckpoint } from '../checkpoint/checkpoint-store.js';
import { cosignatureFor, WitnessRefusal } from './checkpoint-submission.js';
import type { CosignatureStore } from './cosignature-store.js';
import type { WitnessEndpoint } from './witness-list.js';

/** A witness is asked no more often. */
const REST_MS = 1_000;
const RETRY_MAX_MS = 60_000;

/** What a follower needs of its surroundings. */
export interface FollowerParts {
  store: CosignatureStore;
  read: NodeReader;
  logger: Logger;
  onCosigned: () => Promise<void>;
}

type Status = WitnessesAnswer['witnesses'][number];

/** Has one witness cosign checkpoints: one at a time, of several that wait the newest. Nobody waits for it. */
export class WitnessFollower {
  private readonly stopping = new AbortController();
  private due: StoredCheckpoint | undefined;
  private running: Promise<void> | undefined;
  private cosigned: { size: number; at: Date } | undefined;
  private failures = 0;
  private state: Pick<Status, 'status' | 'lastError'> = { status: 'waiting', lastError: null };

  constructor(
    private readonly witness: WitnessEndpoint,
    private readonly parts: FollowerParts,
  ) {
    WitnessRefused.set({ witness: witness.verifier.name }, 0);
  }

  /** Returns at once. */
  show(checkpoint: StoredCheckpoint): void {
    this.due = checkpoint;
    if (!this.stopping.signal.aborted) this.running ??= this.work().finally(() => (this.running = undefined));
  }

  /** Returns once the witness is not being asked any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  get shown(): Status {
    const { name, keyId } = this.witness.verifier;
    return {
      name: `${name}+${keyId}`,
      verifierKey: this.witness.verifierKey,
      cosignedSize: this.cosigned?.size ?? 0,
      cosignedAt: this.cosigned?.at.toISOString() ?? null,
      ...this.state,
    };
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    for (let checkpoint = this.due; checkpoint && !signal.aborted; checkpoint = this.due) {
      this.due = undefined;
      await this.attempt(checkpoint);
      const restMs = Math.min(REST_MS * 2 ** this.failures, RETRY_MAX_MS);
      await pause(restMs, undefined, { signal }).catch(() => undefined); // cut short by stop
    }
  }

  private async attempt(checkpoint: StoredCheckpoint): Promise<void> {
    try {
      await this.bringTo(checkpoint);
      this.failures = 0;
      this.note('cosigning', null);
    } catch (error) {
      this.due ??= checkpoint;
      this.failures += 1;
      if (!this.stopping.signal.aborted) this.fail(error);
    }
  }

  private async bringTo(checkpoint: StoredCheckpoint): Promise<void> {
    const { store, read, onCosigned } = this.parts;
    const { name, keyId } = this.witness.verifier;
    this.cosigned ??= await store.latestOf(`${name}+${keyId}`);
    const knownSize = this.cosigned?.size ?? 0;
    // Signed once a minute without news: cosigned once is enough.
    if (this.cosigned && knownSize >= checkpoint.size) return;
    const stopping = this.stopping.signal;
    const cosignature = await cosignatureFor({
      witness: this.witness,
      checkpoint,
      knownSize,
      read,
      stopping,
    });
    await store.save(cosignature);
    this.cosigned = cosignature;
    WitnessCosignedSize.set({ witness: name }, cosignature.size);
    await onCosigned();
  }

  private fail(error: unknown): void {
    const refused = error instanceof WitnessRefusal;
    const message = error instanceof Error ? error.message : String(error);
    const context = { witness: this.witness.verifier.name, err: error };
    if (message !== this.state.lastError) {
      if (refused)
        this.parts.logger.error(context, 'a witness refuses to cosign: what it has seen is not this log');
      else this.parts.logger.warn(context, 'a witness did not cosign, trying again');
    }
    this.note(refused ? 'refused' : 'failing', message);
  }

  private note(status: Status['status'], lastError: string | null): void {
    this.state = { status, lastError };
    WitnessRefused.set({ witness: this.witness.verifier.name }, status === 'refused' ? 1 : 0);
  }
}
