import { type ApiView, documentsOf } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata, JoiningDataSource } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { inOneOrUndone } from '../rehearsal.js';
import { OutgoingEvents } from '../relay/outgoing-events.js';
import { type Api, type ApiCommand, apiDecider, type ApiEvent, apiEventOf } from './api.decider.js';
import { apiNameTaken, tooManyApis } from './api.errors.js';
import { projectApis } from './api.projection.js';
import { Apis } from './apis.js';
import { ApiDocuments } from './documents/api-documents.js';

/** Gateways keep all of them in memory. */
export const MOST_APIS = 500;

/** In whose tenant and name, and whether only to say what would come of it. */
export interface ApiRequest {
  readonly tenant: string;
  readonly metadata: EventMetadata;
  readonly dryRun: boolean;
}

/** Everything that changes published APIs. */
@Injectable()
export class ApiChanges {
  private readonly handler: CommandHandler<ApiCommand, ApiEvent, Api>;

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(Apis) private readonly apis: Apis,
    @Inject(ApiDocuments) private readonly documents: ApiDocuments,
  ) {
    this.handler = new CommandHandler(dataSource, apiDecider, apiEventOf, projectApis);
  }

  /**
   * @throws DomainError as the decider does; `conflict` for a name that is taken, or one API too many; `not-found` for a
   * document that the tenant has not uploaded.
   */
  publish(
    command: Extract<ApiCommand, { kind: 'publish' | 'change' }>,
    request: ApiRequest,
  ): Promise<ApiView> {
    const { tenant, dryRun } = request;
    return inOneOrUndone(this.dataSource, dryRun, async () => {
      if (command.kind === 'publish' && (await this.apis.count(tenant)) >= MOST_APIS)
        throw tooManyApis(MOST_APIS);
      await this.documents.hold(tenant, documentsOf(command.terms));
      await this.named(command.terms.name, () => this.handle(command, request));
      return this.apis.get(tenant, command.apiId);
    });
  }

  retire(command: Extract<ApiCommand, { kind: 'retire' }>, request: ApiRequest): Promise<void> {
    return inOneOrUndone(this.dataSource, request.dryRun, () => this.handle(command, request));
  }

  private async handle(command: ApiCommand, { tenant, metadata }: ApiRequest): Promise<void> {
    const stream = { id: command.apiId, tenant, isNew: command.kind === 'publish' };
    const { added } = await this.handler.handle(stream, command, metadata);
    if (added.length > 0) this.outgoing.wake();
  }

  private async named(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isTaken(error)) throw apiNameTaken(name);
      throw error;
    }
  }
}

const isTaken = (error: unknown): boolean =>
  error instanceof QueryFailedError &&
  'constraint' in error.driverError &&
  error.driverError.constraint === 'api_name';
