import {
  DeclareResourceBody,
  PageLimit,
  ReasonBody,
  ResourceId,
  type ResourceView,
} from '@gatehouse/contracts';
import { Caller, type Principal, Requires, Trace } from '@gatehouse/http';
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
  list(@Caller() caller: Principal, @Query({ schema: ListQuery }) query: z.infer<typeof ListQuery>) {
    return this.resources.list(caller.tenant, query);
  }

  @Get(':id')
  @Requires('apps:read')
  get(@Caller() caller: Principal, @Param('id') id: string): Promise<ResourceView> {
    return this.resources.get(caller.tenant, id);
  }

  @Post(':id/withdraw')
  @HttpCode(204)
  @Requires('apps:write')
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
