import { TokenRevoked, TokenSuspended } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata, type Handled, JoiningDataSource } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { Identities } from '../identities/identities.js';
import { AccessTokens } from '../oauth/access-tokens/access-tokens.js';
import { AccountBounds } from '../service-accounts/account-bounds.js';
import { OutgoingEvents } from '../relay/outgoing-events.js';
import { TOKENS_WERE_ISSUED_FOR_IT } from './revoke-token/revoke-alone.migration.js';
import type { IssueToken, TokenCommand } from './token.commands.js';
import { tokenDecider } from './token.decider.js';
import { type TokenEvent, tokenEventOf } from './token.events.js';
import type { Token } from './token.state.js';
import { projectTokenSummary } from './token-summary/token-summary.projection.js';

/** What a JWT got for the token (RFC 8693) must not outlive. */
const ENDING: ReadonlySet<string> = new Set([TokenRevoked.type, TokenSuspended.type]);
const EXCHANGED_ENDED = 'the token it was exchanged for has ended';

type ChangeToken = Exclude<TokenCommand, IssueToken>;

/** Load → decide → append, with the read model in the same transaction; then the relay is woken. */
@Injectable()
export class TokenHandler {
  private readonly handler: CommandHandler<TokenCommand, TokenEvent, Token>;

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(AccessTokens) private readonly accessTokens: AccessTokens,
    @Inject(Identities) private readonly identities: Identities,
    @Inject(AccountBounds) private readonly bounds: AccountBounds,
  ) {
    this.handler = new CommandHandler(dataSource, tokenDecider, tokenEventOf, projectTokenSummary);
  }

  /** @returns after the commit: whatever the answer says is durable. */
  async handle(tenant: string, command: ChangeToken, metadata: EventMetadata): Promise<Handled<Token>> {
    const handled =
      (await this.revokeAlone(tenant, command, metadata)) ??
      (await this.handleWhole(tenant, command, metadata));
    this.outgoing.announce(handled.added);
    return handled;
  }

  /**
   * Two round trips where there would be a dozen: whoever revokes is in a hurry.
   * @returns undefined, and nothing has happened, when it takes more than that.
   */
  private async revokeAlone(
    tenant: string,
    command: ChangeToken,
    metadata: EventMetadata,
  ): Promise<Handled<Token> | undefined> {
    if (command.kind !== 'revoke' || this.dataSource.isWhole) return undefined;
    const stream = { id: command.tokenId, tenant };
    try {
      return await this.handler.handleAtOnce(stream, command, metadata, 'revoke_alone');
    } catch (error) {
      if (wasExchanged(error)) return undefined;
      throw error;
    }
  }

  private handleWhole(
    tenant: string,
    command: ChangeToken,
    metadata: EventMetadata,
  ): Promise<Handled<Token>> {
    return this.dataSource.asOne(async () => {
      if (command.kind === 'update' && command.identityId)
        await this.identities.hold(tenant, [command.identityId]);
      await this.bounds.refuseBeyond(tenant, command);
      const result = await this.handler.handle({ id: command.tokenId, tenant }, command, metadata);
      if (result.added.some(({ type }) => ENDING.has(type)))
        await this.accessTokens.revokeOfSubject(command.tokenId, EXCHANGED_ENDED, metadata);
      return result;
    });
  }
}

const wasExchanged = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === TOKENS_WERE_ISSUED_FOR_IT;
