import {
  FactorEnrolled,
  FactorRemoved,
  SessionEnded,
  SignInFailed,
  SignInSucceeded,
  UserId,
} from '@gatehouse/contracts';
import { type EventMetadata, EventStore, type NewEvent } from '@gatehouse/event-store';
import { newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { OutgoingEvents } from '../relay/outgoing-events.js';

/** In whose name something happens that a person does herself. */
export const actorOf = (userId: string): string => `user:${userId}`;

/** The person an actor is, if it is one. */
export const personOf = (actor: string): string | undefined =>
  UserId.safeParse(/^user:(.*)$/.exec(actor)?.[1]).data;

/** Writes down what happens around signing in. None of it names or describes anybody but by id. */
@Injectable()
export class SignInJournal {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
  ) {}

  async succeeded(tenant: string, data: SignInSucceeded['data'], metadata: EventMetadata): Promise<void> {
    await this.begin(
      tenant,
      { type: SignInSucceeded.type, data: SignInSucceeded.data.parse(data) },
      metadata,
    );
  }

  async failed(tenant: string, data: SignInFailed['data'], metadata: EventMetadata): Promise<void> {
    await this.begin(tenant, { type: SignInFailed.type, data: SignInFailed.data.parse(data) }, metadata);
  }

  /** With the factor itself, in one transaction. */
  async enrolled(
    manager: EntityManager,
    tenant: string,
    data: FactorEnrolled['data'],
    metadata: EventMetadata,
  ): Promise<void> {
    const event = { type: FactorEnrolled.type, data: FactorEnrolled.data.parse(data) };
    await EventStore.append(manager, { id: data.factorId, tenant, expectedVersion: 0 }, [event], metadata);
  }

  /** With the factor's end, in one transaction. */
  async removed(
    manager: EntityManager,
    tenant: string,
    data: FactorRemoved['data'],
    metadata: EventMetadata,
  ): Promise<void> {
    const event = { type: FactorRemoved.type, data: FactorRemoved.data.parse(data) };
    await EventStore.append(manager, { id: data.factorId, tenant, expectedVersion: 1 }, [event], metadata);
  }

  /** With the mark that keeps the engine from finding it, in one transaction. */
  async sessionEnded(
    manager: EntityManager,
    tenant: string,
    data: SessionEnded['data'],
    metadata: EventMetadata,
  ): Promise<void> {
    const event = { type: SessionEnded.type, data: SessionEnded.data.parse(data) };
    await EventStore.append(manager, { id: data.sessionId, tenant, expectedVersion: 0 }, [event], metadata);
  }

  /** Runs a change and its event together, and has it published after the commit. */
  async together<Result>(change: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    const result = await this.dataSource.transaction(change);
    this.outgoing.wake();
    return result;
  }

  private async begin(tenant: string, event: NewEvent, metadata: EventMetadata): Promise<void> {
    await this.together((manager) =>
      EventStore.append(manager, { id: newId('sig'), tenant, expectedVersion: 0 }, [event], metadata),
    );
  }
}
