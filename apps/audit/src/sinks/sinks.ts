import type { ReplayAnswer, SinksAnswer, SinkState } from '@gatehouse/contracts';
import { DomainError } from '@gatehouse/kernel';
import { LOGGER } from '@gatehouse/service';
import type { Logger } from '@gatehouse/service';
import type { NoteSigner } from '@gatehouse/tlog';
import { Inject, Injectable } from '@nestjs/common';
import { SIGNER, SINKS } from '../audit.tokens.js';
import { DeadLetters } from './dead-letters.js';
import { openOutlet } from './open-outlet.js';
import { OutgoingEntries } from './outgoing-entries.js';
import type { ConfiguredSink } from './sinks.config.js';
import { MOST_DEAD_LETTERS, SinkRunner } from './sink-runner.js';
import type { SinkRow } from './sink-store.js';
import { SinkStore } from './sink-store.js';

/** The places that the log is sent to. The writer runs them; every instance can say how they are doing. */
@Injectable()
export class Sinks {
  private runners: SinkRunner[] = [];

  constructor(
    @Inject(SINKS) private readonly configured: readonly ConfiguredSink[],
    @Inject(SIGNER) private readonly signer: NoteSigner,
    @Inject(SinkStore) private readonly store: SinkStore,
    @Inject(DeadLetters) private readonly letters: DeadLetters,
    @Inject(OutgoingEntries) private readonly entries: OutgoingEntries,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Goes on where each of them was. */
  async start(): Promise<void> {
    const size = await this.entries.size();
    const { store, letters, entries, logger } = this;
    for (const sink of this.configured) {
      await store.introduce(sink.spec.name, sink.spec.start === 'now' ? size : 0);
      const parts = { store, letters, entries, logger };
      const runner = new SinkRunner(sink, openOutlet(sink, this.signer), parts);
      this.runners.push(runner);
      runner.start();
    }
  }

  /** Returns once nothing is being sent any more. */
  async stop(): Promise<void> {
    const runners = this.runners.splice(0);
    await Promise.all(runners.map((runner) => runner.stop()));
  }

  async state(): Promise<SinksAnswer> {
    const size = await this.entries.size();
    const sinks: SinkState[] = [];
    for (const { spec } of this.configured) {
      const row = await this.store.read(spec.name);
      const deadLetters = await this.letters.count(spec.name);
      sinks.push(stateOf(spec, row, { size, deadLetters }));
    }
    return { size, sinks };
  }

  /** @throws DomainError `not-found` for a name that is not configured. */
  async setPaused(name: string, paused: boolean): Promise<void> {
    this.find(name);
    await this.store.setPaused(name, paused);
  }

  /** Sends everything from an index on again, or only says how much that would be. */
  async replay(name: string, from: number, dryRun: boolean): Promise<ReplayAnswer> {
    const { spec } = this.find(name);
    const size = await this.entries.size();
    if (from > size) throw beyondLog(from, size);
    const { position } = await this.store.read(name);
    const entries = await this.entries.count(from, spec);
    if (!dryRun) await this.store.setPosition(name, from);
    return { from, position, entries, dryRun };
  }

  /** Has the dead letters of a sink offered again. */
  retry(name: string): Promise<number> {
    this.find(name);
    return this.letters.retryAll(name);
  }

  deadLetters(name: string, from: number, limit: number) {
    this.find(name);
    return this.letters.list(name, from, limit);
  }

  private find(name: string): ConfiguredSink {
    const sink = this.configured.find(({ spec }) => spec.name === name);
    if (sink) return sink;
    throw new DomainError('not-found', 'not-found', `There is no sink "${name}".`);
  }
}

function stateOf(
  { name, kind }: ConfiguredSink['spec'],
  row: SinkRow,
  { size, deadLetters }: { size: number; deadLetters: number },
): SinkState {
  const { position, paused, lastError } = row;
  return {
    name,
    kind,
    status: statusOf(paused, deadLetters, lastError),
    position,
    lag: Math.max(0, size - position),
    deadLetters,
    lastError,
    lastErrorAt: row.lastErrorAt?.toISOString() ?? null,
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
  };
}

function statusOf(paused: boolean, deadLetters: number, lastError: string | null): SinkState['status'] {
  if (paused) return 'paused';
  if (deadLetters >= MOST_DEAD_LETTERS) return 'halted';
  return lastError === null ? 'running' : 'failing';
}

function beyondLog(from: number, size: number): DomainError {
  const rule = `${from} is beyond the latest checkpoint, which covers ${size} leaves`;
  return new DomainError('invalid', 'body-invalid', `from: ${rule}`, { fields: [{ field: 'from', rule }] });
}
