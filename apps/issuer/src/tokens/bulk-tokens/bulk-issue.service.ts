import { type IssuedToken, IssueTokenBody } from '@gatehouse/contracts';
import { type Principal, parseWith } from '@gatehouse/http';
import { Inject, Injectable } from '@nestjs/common';
import { type DecidedToken, Issuance } from '../issue-token/issuance.js';
import { type Grantor, IssueTokenService, issuedTokenOf } from '../issue-token/issue-token.service.js';
import { type BulkResult, refused } from './bulk-result.js';
import { inTurns } from './in-turns.js';

interface Accepted extends DecidedToken {
  token: string;
}

/** Issues many tokens at once: those that are right, whatever the others are. */
@Injectable()
export class BulkIssue {
  constructor(
    @Inject(IssueTokenService) private readonly tokens: IssueTokenService,
    @Inject(Issuance) private readonly issuance: Issuance,
  ) {}

  /** @returns a result for each item in its order, after the commit of all that were accepted. */
  async issue(
    items: readonly unknown[],
    caller: Principal,
    traceparent: string,
    requestId: string,
  ): Promise<BulkResult<IssuedToken>[]> {
    const grantor = await this.tokens.grantorOf(caller);
    const decided = await inTurns(items, (item) => this.decide(item, grantor, requestId));
    const accepted = decided.flatMap((result) => (result.ok ? [result.value] : []));
    const stored = await this.issuance.commit(caller.tenant, accepted, {
      actor: caller.actor,
      traceparent,
    });
    const values = accepted.map(({ command, token }, i) => ({
      ...issuedTokenOf(command, caller, stored[i]!),
      token,
    }));
    return decided.map((result) => (result.ok ? { ok: true, value: values.shift()! } : result));
  }

  private decide(item: unknown, grantor: Grantor, requestId: string): BulkResult<Accepted> {
    try {
      const { token, command } = this.tokens.prepare(parseWith(IssueTokenBody, item), grantor);
      return { ok: true, value: { ...this.issuance.decide(command), token } };
    } catch (error) {
      return refused(error, requestId);
    }
  }
}
