import type { CreditView } from '@gatehouse/contracts';
import { EventStore } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CreditAccounts } from '../../credits/credit-accounts.js';
import { Identities } from '../../identities/identities.js';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import type { IssueToken } from '../token.commands.js';
import { tokenDecider } from '../token.decider.js';
import type { TokenEvent } from '../token.events.js';

/** A token that the rules allow, not yet stored. */
export interface DecidedToken {
  command: IssueToken;
  first: TokenEvent;
}

/** What of a token is known only once it is stored. */
export interface Stored {
  at: Date;
  credits: CreditView | null;
}

/**
 * Stores new tokens: their streams are new, so there is nothing to load, and events and read models are one statement.
 * One token or a thousand take one round trip and one commit; credits are read once more.
 */
@Injectable()
export class Issuance {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(Identities) private readonly identities: Identities,
    @Inject(CreditAccounts) private readonly credits: CreditAccounts,
  ) {}

  /** @throws DomainError as the decider does. */
  decide(command: IssueToken): DecidedToken {
    const [first] = tokenDecider.decide(command, tokenDecider.initial);
    return { command, first: first! };
  }

  /**
   * @returns after the commit, in the order given.
   * @throws DomainError `body-invalid` when one names an identity that is not there: none is stored then.
   */
  async commit(
    tenant: string,
    tokens: readonly DecidedToken[],
    metadata: { actor: string; traceparent?: string },
  ): Promise<Stored[]> {
    if (tokens.length === 0) return [];
    const streams = tokens.map(({ command, first }) => ({ id: command.tokenId, first }));
    const options = { metadata, projectWith: 'project_new_token' };
    const identities = new Set(tokens.flatMap(({ command }) => command.identityId ?? []));
    const events = await this.identities.holding(tenant, [...identities], () =>
      EventStore.beginMany(this.dataSource.manager, tenant, streams, options),
    );
    this.outgoing.wake();
    const spenders = tokens.flatMap(({ command }) => (command.credits ? [command.tokenId] : []));
    const credits = spenders.length > 0 ? await this.credits.of(spenders) : undefined;
    return events.map(({ at, streamId }) => ({ at, credits: credits?.get(streamId) ?? null }));
  }
}
