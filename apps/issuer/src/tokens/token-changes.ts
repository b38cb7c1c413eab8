import type { RevokedToken } from '@gatehouse/contracts';
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

/** Everything that changes a token that exists: one command, its receipt if asked for, and the token as it is then. */
@Injectable()
export class TokenChanges {
  constructor(
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
    const committedAt = performance.now();
    this.verifier.forget(command.tokenId);
    const { position } = [...handled.history, ...handled.added].at(-1)!;
    const receipt = wait && (await this.gateways.receiptFor(position, committedAt, RECEIPT_TIMEOUT_MS));
    return { ...(await this.summaries.get(caller.tenant, command.tokenId)), ...(receipt ? { receipt } : {}) };
  }
}
