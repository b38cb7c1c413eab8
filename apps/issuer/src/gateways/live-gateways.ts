import { GatewayApplied, type RevocationReceipt } from '@gatehouse/contracts';
import { comparePositions, type Position } from '@gatehouse/kernel';
import { onSignal } from '@gatehouse/messaging';
import type { NatsConnection } from '@nats-io/nats-core';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { NATS } from '../issuer.tokens.js';

/** A gateway that has said nothing for this long is not counted as live; it says something every second. */
const LIVE_MS = 3_500;
const FORGET_MS = 60_000;

interface Waiter {
  position: Position;
  applied: (gateway: string) => void;
}

/** Which gateways are up, and how far each has applied the event store: the source of revocation receipts (S1). */
@Injectable()
export class LiveGateways implements OnModuleInit {
  private readonly gateways = new Map<string, { position: Position; heardAt: number }>();
  private readonly waiters = new Set<Waiter>();

  constructor(@Inject(NATS) private readonly nats: NatsConnection) {}

  onModuleInit(): void {
    onSignal(this.nats, GatewayApplied, (signal) => this.onApplied(signal));
  }

  /**
   * Waits until every gateway alive now has applied everything up to a position.
   * @param since `performance.now()` of the commit, which the receipt counts from.
   */
  async receiptFor(position: Position, since: number, timeoutMs: number): Promise<RevocationReceipt> {
    const appliedInMs = new Map<string, number | null>();
    for (const [id, { heardAt }] of this.gateways) if (since - heardAt < LIVE_MS) appliedInMs.set(id, null);
    await this.untilApplied(position, timeoutMs, (id) => {
      if (appliedInMs.get(id) === null)
        appliedInMs.set(id, Math.round((performance.now() - since) * 100) / 100);
      return [...appliedInMs.values()].every((ms) => ms !== null);
    });
    const gateways = [...appliedInMs].map(([id, ms]) => ({ id, appliedInMs: ms }));
    return { position, complete: gateways.every((gateway) => gateway.appliedInMs !== null), gateways };
  }

  private untilApplied(
    position: Position,
    timeoutMs: number,
    record: (gateway: string) => boolean,
  ): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        resolve();
      };
      const timer = setTimeout(finish, timeoutMs);
      const waiter: Waiter = { position, applied: (id) => record(id) && finish() };
      this.waiters.add(waiter);
      const already = [...this.gateways].filter(([, g]) => comparePositions(g.position, position) >= 0);
      if (this.gateways.size === 0) finish();
      for (const [id] of already) waiter.applied(id);
    });
  }

  private onApplied({ gateway, position }: GatewayApplied): void {
    const now = performance.now();
    this.gateways.set(gateway, { position, heardAt: now });
    for (const [id, { heardAt }] of this.gateways) if (now - heardAt > FORGET_MS) this.gateways.delete(id);
    for (const waiter of this.waiters)
      if (comparePositions(position, waiter.position) >= 0) waiter.applied(gateway);
  }
}
