import {
  ApplicationId,
  ApplicationView,
  PageLimit,
  pageOf,
  ReasonBody,
  RegisterApplicationBody,
  RegisteredApplication,
  RotateApplicationSecretBody,
  UpdateApplicationBody,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { secretOf } from '../../tokens/new-secret.js';
import { AccessTokens } from '../access-tokens/access-tokens.js';
import { ApplicationRegistration } from './application-registration.js';
import type { ApplicationCommand } from './application.commands.js';
import { Applications } from './applications.js';
import { TeamReach } from '../../teams/reach.js';
import { WithinReach } from '../../teams/within-reach.guard.js';
import { applicationNotFound } from './application.errors.js';

const ListQuery = z.strictObject({ cursor: ApplicationId.optional(), limit: PageLimit });

/** OAuth clients: who may ask for tokens, and for which. */
@Controller('v1/applications')
export class ApplicationsController {
  constructor(
    @Inject(Applications) private readonly applications: Applications,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(TeamReach) private readonly reach: TeamReach,
    @Inject(ApplicationRegistration) private readonly registration: ApplicationRegistration,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
  ) {}

  @Post()
  @Requires('apps:write')
  @Operation('Register an application; its secret is in this answer alone', RegisteredApplication)
  register(
    @Body({ schema: RegisterApplicationBody }) terms: RegisterApplicationBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<RegisteredApplication> {
    return this.registration.register(terms, caller, traceparent);
  }

  @Get()
  @Requires('apps:read')
  @Operation('List applications', pageOf(ApplicationView))
  async list(@Caller() caller: Principal, @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>) {
    return this.applications.list(caller.tenant, await this.reach.of(caller), query);
  }

  @Get(':id')
  @WithinReach(applicationNotFound)
  @Requires('apps:read')
  @Operation('Read an application', ApplicationView)
  get(@Caller() caller: Principal, @Param('id') id: string): Promise<ApplicationView> {
    return this.applications.get(caller.tenant, id);
  }

  @Patch(':id')
  @WithinReach(applicationNotFound)
  @Requires('apps:write')
  @Operation('Change an application', ApplicationView)
  async update(
    @Param('id') applicationId: string,
    @Body({ schema: UpdateApplicationBody }) changes: UpdateApplicationBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ApplicationView> {
    this.registration.refuseUnusable(changes);
    const { scopes } = await this.applications.get(caller.tenant, applicationId);
    const added = (changes.scopes ?? []).filter((scope) => !scopes.includes(scope));
    await this.registration.refuseOutsidePolicy(added, caller);
    const command = { kind: 'update', applicationId, changes, grantedBy: caller.scopes } as const;
    return this.apply(command, caller, traceparent);
  }

  @Post(':id/rotate-secret')
  @WithinReach(applicationNotFound)
  @HttpCode(200)
  @Requires('apps:write')
  @Operation('Give an application a new secret', RegisteredApplication)
  async rotateSecret(
    @Param('id') applicationId: string,
    @Body({ schema: RotateApplicationSecretBody }) { overlapSeconds }: RotateApplicationSecretBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<RegisteredApplication> {
    const clientSecret = this.registration.newClientSecret();
    const secret = secretOf(clientSecret, this.config);
    const command = {
      kind: 'rotate-secret',
      applicationId,
      secret,
      now: new Date(),
      overlapSeconds,
    } as const;
    return { ...(await this.apply(command, caller, traceparent)), clientSecret };
  }

  @Post(':id/disable')
  @WithinReach(applicationNotFound)
  @HttpCode(200)
  @Requires('apps:write')
  @Operation('Disable an application and end what it holds', ApplicationView)
  async disable(
    @Param('id') applicationId: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ApplicationView> {
    const disabled = await this.apply({ kind: 'disable', applicationId, reason }, caller, traceparent);
    await this.tokens.revokeOfApplication(applicationId, 'application disabled', {
      actor: caller.actor,
      traceparent,
    });
    return disabled;
  }

  @Post(':id/enable')
  @WithinReach(applicationNotFound)
  @HttpCode(200)
  @Requires('apps:write')
  @Operation('Enable an application again', ApplicationView)
  enable(
    @Param('id') applicationId: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ApplicationView> {
    return this.apply({ kind: 'enable', applicationId, reason }, caller, traceparent);
  }

  private async apply(
    command: ApplicationCommand,
    caller: Principal,
    traceparent: string,
  ): Promise<ApplicationView> {
    await this.applications.handle(caller.tenant, command, { actor: caller.actor, traceparent });
    return this.applications.get(caller.tenant, command.applicationId);
  }
}
