import { type IssuedToken, IssueTokenBody } from '@gatehouse/contracts';
import { EventStore } from '@gatehouse/event-store';
import { type Principal, parseWith } from '@gatehouse/http';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import { IssueTokenService, issuedTokenOf } from '../issue-token/issue-token.service.js';
import type { IssueToken } from '../token.commands.js';
import { tokenDecider } from '../token.decider.js';
import type { TokenEvent } from '../token.events.js';
import { projectIssuedTokens } from '../token-summary/token-summary.projection.js';
import { type BulkResult, refused } from './bulk-result.js';

interface Accepted {
  token: string;
  command: IssueToken;
  first: TokenEvent;
}

/** Issues many tokens in one transaction of three statements. */
@Injectable()
export class BulkIssue {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(IssueTokenService) private readonly tokens: IssueTokenService,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
  ) {}

  /** @returns a result for each item in its order, after the commit of all that were accepted. */
  async issue(
    items: readonly unknown[],
    caller: Principal,
    traceparent: string,
    requestId: string,
  ): Promise<BulkResult<IssuedToken>[]> {
    const decided = items.map((item) => this.decide(item, caller, requestId));
    const accepted = decided.filter((result): result is { ok: true; value: Accepted } => result.ok);
    const issuedAt = await this.commit(
      accepted.map((result) => result.value),
      caller,
      traceparent,
    );
    return decided.map((result) => {
      if (!result.ok) return result;
      const { command, token } = result.value;
      return {
        ok: true,
        value: { ...issuedTokenOf(command, caller, issuedAt.get(command.tokenId)!), token },
      };
    });
  }

  private decide(item: unknown, caller: Principal, requestId: string): BulkResult<Accepted> {
    try {
      const body = parseWith(IssueTokenBody, item);
      const { token, command } = this.tokens.prepare(body, caller.scopes);
      const [first] = tokenDecider.decide(command, tokenDecider.initial);
      return { ok: true, value: { token, command, first: first! } };
    } catch (error) {
      return refused(error, requestId);
    }
  }

  private async commit(
    accepted: readonly Accepted[],
    { tenant, actor }: Principal,
    traceparent: string,
  ): Promise<Map<string, Date>> {
    if (accepted.length === 0) return new Map();
    const streams = accepted.map(({ command, first }) => ({ id: command.tokenId, first }));
    const stored = await this.dataSource.transaction(async (manager) => {
      const events = await EventStore.beginMany(manager, tenant, streams, { actor, traceparent });
      await projectIssuedTokens(manager, events);
      return events;
    });
    this.outgoing.wake();
    return new Map(stored.map((event) => [event.streamId, event.at]));
  }
}
