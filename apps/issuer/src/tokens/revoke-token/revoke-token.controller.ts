import { type RevokedToken, RevokeTokenBody } from '@gatehouse/contracts';
import { Caller, type Principal, Requires, TokenVerifier, Trace } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { LiveGateways } from '../../gateways/live-gateways.js';
import { TokenHandler } from '../token.handler.js';
import { TokenSummaries } from '../token-summary/token-summaries.js';

/** `wait=gateways`: answer only when every live gateway has applied the revocation, or after two seconds. */
const RevokeQuery = z.strictObject({ wait: z.enum(['gateways']).optional() });
const RECEIPT_TIMEOUT_MS = 2_000;

@Controller('v1/tokens/:id/revoke')
export class RevokeTokenController {
  constructor(
    @Inject(TokenHandler) private readonly handler: TokenHandler,
    @Inject(TokenSummaries) private readonly summaries: TokenSummaries,
    @Inject(LiveGateways) private readonly gateways: LiveGateways,
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
  ) {}

  @Post()
  @HttpCode(200)
  @Requires('tokens:write')
  async revoke(
    @Param('id') id: string,
    @Body({ schema: RevokeTokenBody }) { reason }: RevokeTokenBody,
    @Query({ schema: RevokeQuery }) { wait }: z.infer<typeof RevokeQuery>,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<RevokedToken> {
    await this.summaries.get(caller.tenant, id); // another tenant's token is not there
    const command = { kind: 'revoke', tokenId: id, reason } as const;
    const handled = await this.handler.handle(caller.tenant, command, { actor: caller.actor, traceparent });
    const committedAt = performance.now();
    this.verifier.forget(id);
    const { position } = [...handled.history, ...handled.added].at(-1)!;
    const receipt = wait && (await this.gateways.receiptFor(position, committedAt, RECEIPT_TIMEOUT_MS));
    return { ...(await this.summaries.get(caller.tenant, id)), ...(receipt ? { receipt } : {}) };
  }
}
