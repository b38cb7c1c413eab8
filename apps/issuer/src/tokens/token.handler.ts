import { TokenRevoked, TokenSuspended } from '@gatehouse/contracts';
import { CommandHandler, type Handled } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccessTokens } from '../oauth/access-tokens/access-tokens.js';
import { OutgoingEvents } from '../relay/outgoing-events.js';
import type { IssueToken, TokenCommand } from './token.commands.js';
import { tokenDecider } from './token.decider.js';
import { type TokenEvent, tokenEventOf } from './token.events.js';
import type { Token } from './token.state.js';
import { projectTokenSummary } from './token-summary/token-summary.projection.js';

/** What a JWT got for the token (RFC 8693) must not outlive. */
const ENDING: ReadonlySet<string> = new Set([TokenRevoked.type, TokenSuspended.type]);

/** Load → decide → append, with the read model in the same transaction; then the relay is woken. */
@Injectable()
export class TokenHandler {
  private readonly handler: CommandHandler<TokenCommand, TokenEvent, Token>;

  constructor(
    @Inject(DataSource) dataSource: DataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(AccessTokens) private readonly accessTokens: AccessTokens,
  ) {
    this.handler = new CommandHandler(dataSource, tokenDecider, tokenEventOf, projectTokenSummary);
  }

  /** @returns after the commit: whatever the answer says is durable. */
  async handle(
    tenant: string,
    command: Exclude<TokenCommand, IssueToken>,
    metadata: { actor: string; traceparent?: string },
  ): Promise<Handled<Token>> {
    const handled = await this.handler.handle({ id: command.tokenId, tenant }, command, metadata);
    if (handled.added.length > 0) this.outgoing.wake();
    if (handled.added.some(({ type }) => ENDING.has(type)))
      await this.accessTokens.revokeOfSubject(
        command.tokenId,
        'the token it was exchanged for has ended',
        metadata,
      );
    return handled;
  }
}
