import {
  DeclareResourceBody,
  PageLimit,
  pageOf,
  ReasonBody,
  ResourceId,
  ResourceView,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { keyNotUsable } from '../../keys/keyring.errors.js';
import { SigningKeys } from '../../keys/signing-keys.js';
import { refuseWeakKey } from '../applications/client-keys.js';
import { Resources } from './resources.js';

const ListQuery = z.strictObject({ cursor: ResourceId.optional(), limit: PageLimit });

/** The APIs tokens are for: the algorithm their tokens are signed with, the key they are encrypted to. */
@Controller('v1/resources')
export class ResourcesController {
  constructor(
    @Inject(Resources) private readonly resources: Resources,
    @Inject(SigningKeys) private readonly keys: SigningKeys,
  ) {}

  @Post()
  @Requires('apps:write')
  @Operation('Declare an API that tokens are for', ResourceView)
  async declare(
    @Body({ schema: DeclareResourceBody }) terms: DeclareResourceBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<ResourceView> {
    if (terms.signingAlgorithm) await this.refuseUnsigned(terms.signingAlgorithm);
    if (terms.encryption) refuseWeakKey('encryption.jwk', terms.encryption.jwk);
    return this.resources.declare(caller.tenant, terms, { actor: caller.actor, traceparent });
  }

  @Get()
  @Requires('apps:read')
  @Operation('List declared resources', pageOf(ResourceView))
  list(@Caller() caller: Principal, @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>) {
    return this.resources.list(caller.tenant, query);
  }

  @Get(':id')
  @Requires('apps:read')
  @Operation('Read a declared resource', ResourceView)
  get(@Caller() caller: Principal, @Param('id') id: string): Promise<ResourceView> {
    return this.resources.get(caller.tenant, id);
  }

  @Post(':id/withdraw')
  @HttpCode(204)
  @Requires('apps:write')
  @Operation('Withdraw a resource')
  async withdraw(
    @Param('id') id: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<void> {
    await this.resources.withdraw(caller.tenant, id, reason, { actor: caller.actor, traceparent });
  }

  private async refuseUnsigned(
    algorithm: NonNullable<DeclareResourceBody['signingAlgorithm']>,
  ): Promise<void> {
    if (!this.keys.signer(algorithm)) await this.keys.refresh(); // it may just have begun to sign
    if (!this.keys.signer(algorithm))
      throw keyNotUsable(`No ${algorithm} key signs yet. Rotate the algorithm in first.`);
  }
}
