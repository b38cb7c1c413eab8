import { BatchesIngested, events, OPERATOR_TENANT, subjectOf } from '@gatehouse/contracts';
import { sendSignal } from '@gatehouse/messaging';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import type { Pinning } from '../cores.js';

const STREAM = 'REQUESTS';
const SUBJECT = subjectOf({ type: events.RequestLogged.type, tenant: OPERATOR_TENANT });
/** As a gateway names what it sends: its count of batches, the batch, the part of it, the attempt. */
const MESSAGE_ID = /^(.+)-(\d+)-\d+(?:~\d+)?$/;
const CONFIRM_MS = 250;

/** Processes, by their ids, that take in what gateways tell of their requests. */
export interface RecordReading {
  /** Do nothing else while requests are made. */
  readonly readers: readonly number[];
  /** Have to go on, for what else they do: NATS, and the issuer, which notes when its tokens were used. */
  readonly others: readonly number[];
}

/** The services that take in what gateways tell of their requests. */
export class RecordReaders {
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly processes: RecordReading,
    private readonly pinning: Pinning,
    private readonly nats: NatsConnection,
    private readonly manager: JetStreamManager,
  ) {}

  static async of(processes: RecordReading, pinning: Pinning, nats: NatsConnection): Promise<RecordReaders> {
    return new RecordReaders(processes, pinning, nats, await jetstreamManager(nats));
  }

  /**
   * They stand still, and what they have not read waits in JetStream. The gateway is told that they have it, as they
   * would tell it: otherwise it would soon stop sending, and have less to do than it has beside them. The others have
   * what is left of their core from now on.
   */
  async hold(): Promise<void> {
    if (this.timer) return;
    this.signal('SIGSTOP');
    for (const pid of this.processes.others) await this.pinning.putLast(pid);
    this.timer = setInterval(() => void this.confirm().catch(() => {}), CONFIRM_MS); // the next one follows
  }

  /** They go on where they stood. */
  release(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.signal('SIGCONT');
  }

  private async confirm(): Promise<void> {
    const latest = await this.manager.streams.getMessage(STREAM, { last_by_subj: SUBJECT });
    const [, gateway, batch] = MESSAGE_ID.exec(latest?.header.get('Nats-Msg-Id') ?? '') ?? [];
    if (gateway !== undefined)
      sendSignal(this.nats, BatchesIngested, gateway, { gateway, batch: Number(batch) });
  }

  private signal(signal: NodeJS.Signals): void {
    for (const pid of this.processes.readers) process.kill(pid, signal);
  }
}
