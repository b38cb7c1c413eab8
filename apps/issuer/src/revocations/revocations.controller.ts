import { RevocationBody, RevocationSummary } from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import type { Target } from './live-things.js';
import { Revocations } from './revocations.js';
import { DomainError } from '@gatehouse/kernel';
import { TeamReach } from '../teams/reach.js';

/** Ending everything of an application, a user, a service account or the caller's tenant. */
@Controller('v1/revocations')
export class RevocationsController {
  constructor(
    @Inject(Revocations) private readonly revocations: Revocations,
    @Inject(TeamReach) private readonly reach: TeamReach,
  ) {}

  @Post()
  @HttpCode(200)
  @Requires('tokens:write')
  @Operation(
    'Revoke everything of an application, a user, a service account or the tenant',
    RevocationSummary,
  )
  async revoke(
    @Body({ schema: RevocationBody }) body: RevocationBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<RevocationSummary> {
    const { reason, dryRun } = body;
    await this.reach.refuseBeyond(caller, namedIn(body), nothingToRevoke);
    return this.revocations.revoke(targetOf(body, caller), { caller, traceparent, reason, dryRun });
  }
}

function targetOf({ application, user, serviceAccount }: RevocationBody, caller: Principal): Target {
  if (application !== undefined) return { kind: 'application', of: application };
  if (user !== undefined) return { kind: 'user', of: user };
  if (serviceAccount !== undefined) return { kind: 'service-account', of: serviceAccount };
  return { kind: 'tenant', of: caller.tokenId };
}

const namedIn = ({ application, serviceAccount }: RevocationBody): string[] =>
  [application, serviceAccount].filter((id) => id !== undefined);

const nothingToRevoke = (id: string): DomainError =>
  new DomainError('not-found', 'not-found', `There is no ${id}.`);
