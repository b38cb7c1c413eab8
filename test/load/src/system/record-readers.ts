import { BatchesIngested, events, OPERATOR_TENANT, subjectOf } from '@gatehouse/contracts';
import { sendSignal } from '@gatehouse/messaging';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';

const STREAM = 'REQUESTS';
const SUBJECT = subjectOf({ type: events.RequestLogged.type, tenant: OPERATOR_TENANT });
/** As a gateway names what it sends: its count of batches, the batch, the part of it, the attempt. */
const MESSAGE_ID = /^(.+)-(\d+)-\d+(?:~\d+)?$/;
const CONFIRM_MS = 250;

/** The services that take in what gateways tell of their requests. */
export class RecordReaders {
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly pids: readonly number[],
    private readonly nats: NatsConnection,
    private readonly manager: JetStreamManager,
  ) {}

  /** @param pids of their processes. */
  static async of(pids: readonly number[], nats: NatsConnection): Promise<RecordReaders> {
    return new RecordReaders(pids, nats, await jetstreamManager(nats));
  }

  /**
   * They stand still, and what they have not read waits in JetStream. The gateway is told that they have it, as they
   * would tell it: otherwise it would soon stop sending, and have less to do than it has beside them.
   */
  hold(): void {
    if (this.timer) return;
    this.signal('SIGSTOP');
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
    for (const pid of this.pids) process.kill(pid, signal);
  }
}
