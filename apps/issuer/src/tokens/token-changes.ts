import type { RevokedToken } from '@gatehouse/contracts';
import { JoiningDataSource } from '@gatehouse/event-store';
import { type Principal, TokenVerifier } from '@gatehouse/http';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { LiveGateways } from '../gateways/live-gateways.js';
import type { IssueToken, TokenCommand } from './token.commands.js';
import { TokenHandler } from './token.handler.js';
import { TokenSummaries } from './token-summary/token-summaries.js';

/** `wait=gateways`: answer only when every live gateway has applied the change, or after two seconds. */
export const WaitQuery = z.strictObject({ wait: z.enum(['gateways']).optional() });
export type WaitQuery = z.infer<typeof WaitQuery>;

const RECEIPT_TIMEOUT_MS = 2_000;

/** Who asks for a change, and how long he is willing to wait. */
export interface ChangeRequest {
  caller: Principal;
  traceparent: string;
  wait?: WaitQuery['wait'];
}

/** Everything that changes a token that exists: one command, the token as it is then, and its receipt if asked for. */
@Injectable()
export class TokenChanges {
  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(TokenHandler) private readonly handler: TokenHandler,
    @Inject(TokenSummaries) private readonly summaries: TokenSummaries,
    @Inject(LiveGateways) private readonly gateways: LiveGateways,
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
  ) {}

  /** @throws DomainError as the decider does; `not-found` for another tenant's token. */
  async apply(
    command: Exclude<TokenCommand, IssueToken>,
    { caller, traceparent, wait }: ChangeRequest,
  ): Promise<RevokedToken> {
    const handled = await this.handler.handle(caller.tenant, command, { actor: caller.actor, traceparent });
    const handledAt = performance.now(); // never after the commit's news could have reached anybody
    this.verifier.forget(command.tokenId);
    const changed: RevokedToken = await this.summaries.get(caller.tenant, command.tokenId);
    if (wait) {
      const { position } = [...handled.history, ...handled.added].at(-1)!;
      await this.dataSource.afterCommit(async () => {
        changed.receipt = await this.gateways.receiptFor(position, handledAt, RECEIPT_TIMEOUT_MS);
      });
    }
    return changed;
  }
}
