import type { CreditView } from '@gatehouse/contracts';
import {
  type BegunStream,
  type EventMetadata,
  EventStore,
  GroupedCalls,
  JoiningDataSource,
} from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { CreditAccounts } from '../../credits/credit-accounts.js';
import { Identities } from '../../identities/identities.js';
import { AccountBounds } from '../../service-accounts/account-bounds.js';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import type { IssueToken } from '../token.commands.js';
import { tokenDecider } from '../token.decider.js';
import type { TokenEvent } from '../token.events.js';
import { askerOf, TeamReach } from '../../teams/reach.js';
import { holderMissing } from '../token.errors.js';

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

interface NewToken extends DecidedToken {
  tenant: string;
  metadata: EventMetadata;
}

const LARGEST_GROUP = 100;
/** One is being committed while the next is being stated. */
const GROUPS_AT_ONCE = 2;

/**
 * Stores new tokens: their streams are new, so there is nothing to load, and events and read models are one statement.
 * One token or a thousand take one round trip and one commit, and tokens issued one by one at the same time share theirs;
 * credits are read once more.
 */
@Injectable()
export class Issuance {
  private readonly oneByOne = new GroupedCalls({
    call: (tokens: readonly NewToken[]) => this.begin(tokens),
    most: LARGEST_GROUP,
    atOnce: GROUPS_AT_ONCE,
  });

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(Identities) private readonly identities: Identities,
    @Inject(AccountBounds) private readonly bounds: AccountBounds,
    @Inject(TeamReach) private readonly reach: TeamReach,
    @Inject(CreditAccounts) private readonly credits: CreditAccounts,
  ) {}

  /** @throws DomainError as the decider does. */
  decide(command: IssueToken): DecidedToken {
    const [first] = tokenDecider.decide(command, tokenDecider.initial);
    return { command, first: first! };
  }

  /**
   * @returns after the commit, in the order given.
   * @throws DomainError `body-invalid` when one names an identity that is not there, or something of another team, and as
   * `AccountBounds` does: none is stored then.
   */
  async commit(tenant: string, tokens: readonly DecidedToken[], metadata: EventMetadata): Promise<Stored[]> {
    if (tokens.length === 0) return [];
    await this.refuseBeyondReach(tenant, tokens, metadata);
    const begun = await this.store(
      tenant,
      tokens.map((token) => ({ ...token, tenant, metadata })),
    );
    this.outgoing.wake();
    const spenders = tokens.flatMap(({ command }) => (command.credits ? [command.tokenId] : []));
    const credits = spenders.length > 0 ? await this.credits.of(spenders) : undefined;
    return begun.map(({ at, id }) => ({ at, credits: credits?.get(id) ?? null }));
  }

  /** Another team's application or service account is not there to issue tokens for. */
  private async refuseBeyondReach(
    tenant: string,
    tokens: readonly DecidedToken[],
    { actor }: EventMetadata,
  ): Promise<void> {
    const named = tokens.flatMap(({ command: { applicationId, serviceAccountId } }) =>
      [applicationId, serviceAccountId].filter((id) => id !== undefined),
    );
    const [one] = tokens;
    if (one && named.length > 0)
      await this.reach.refuseBeyond(askerOf(tenant, one.command.grantedBy, actor), named, holderMissing);
  }

  /** A lone token shares its commit, unless it must be committed together with something else. */
  private async store(tenant: string, tokens: readonly NewToken[]): Promise<BegunStream[]> {
    const identities = new Set(tokens.flatMap(({ command }) => command.identityId ?? []));
    const commands = tokens.map(({ command }) => command);
    const isOnItsOwn = identities.size === 0 && commands.every(({ serviceAccountId }) => !serviceAccountId);
    if (tokens.length === 1 && isOnItsOwn && !this.dataSource.isWhole)
      return [await this.oneByOne.join(tokens[0]!)];
    return this.identities.holding(tenant, [...identities], () =>
      this.bounds.holding(tenant, commands, () => this.begin(tokens)),
    );
  }

  private begin(tokens: readonly NewToken[]): Promise<BegunStream[]> {
    const streams = tokens.map(({ command, ...token }) => ({ id: command.tokenId, ...token }));
    return EventStore.beginMany(this.dataSource.manager, streams, { projectWith: 'project_new_token' });
  }
}
