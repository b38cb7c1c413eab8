import {
  AddExternalKeyBody,
  OPERATOR_TENANT,
  ReasonBody,
  RotateKeyBody,
  SigningKeys as SigningKeysAnswer,
  SigningKeyView,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires, Trace } from '@gatehouse/http';
import { DomainError } from '@gatehouse/kernel';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { IssuerConfig } from '../issuer.config.js';
import { ISSUER_CONFIG } from '../issuer.tokens.js';
import { AccessTokens } from '../oauth/access-tokens/access-tokens.js';
import { ExternalKeys } from './external-keys.js';
import { keyNotFound } from './keyring.errors.js';
import { KeyringHandler } from './keyring.handler.js';
import { SigningKey } from './signing-key.entity.js';
import { SigningKeys } from './signing-keys.js';

const SHOWN = 200;

/** The installation's signing keys: everybody's tokens hang on them, so they are the operator's alone. */
@Controller('v1/keys')
export class KeysController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ISSUER_CONFIG) private readonly config: IssuerConfig,
    @Inject(KeyringHandler) private readonly handler: KeyringHandler,
    @Inject(SigningKeys) private readonly keys: SigningKeys,
    @Inject(ExternalKeys) private readonly external: ExternalKeys,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
  ) {}

  @Get()
  @Requires('keys:read')
  @Operation('List the signing keys', SigningKeysAnswer)
  async list(@Caller() caller: Principal): Promise<SigningKeysAnswer> {
    refuseUnlessOperator(caller);
    const rows = await this.dataSource
      .getRepository(SigningKey)
      .find({ order: { publishedAt: 'desc' }, take: SHOWN });
    return { items: rows.map(viewOf) };
  }

  @Post('rotate')
  @Requires('keys:write')
  @Operation('Bring in a new signing key', SigningKeyView)
  async rotate(
    @Body({ schema: RotateKeyBody }) { algorithm, leadSeconds }: RotateKeyBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<SigningKeyView> {
    refuseUnlessOperator(caller);
    const lead = leadSeconds ?? this.config.SIGNING_KEY_LEAD_SECONDS;
    const keyId = await this.handler.handleWithNewKey(
      { kind: 'rotate', algorithm, now: new Date(), leadSeconds: lead },
      { actor: caller.actor, traceparent },
    );
    await this.keys.refresh();
    return viewOf(await this.find(keyId));
  }

  @Post('external')
  @Requires('keys:write')
  @Operation('Publish a signing key whose private part is at the external signer', SigningKeyView)
  async addExternal(
    @Body({ schema: AddExternalKeyBody }) { algorithm, name, leadSeconds }: AddExternalKeyBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<SigningKeyView> {
    refuseUnlessOperator(caller);
    const key = await this.external.prove(name, algorithm);
    const lead = leadSeconds ?? this.config.SIGNING_KEY_LEAD_SECONDS;
    await this.handler.handle(
      { kind: 'rotate', algorithm, key, now: new Date(), leadSeconds: lead },
      { actor: caller.actor, traceparent },
    );
    await this.keys.refresh();
    return viewOf(await this.find(key.keyId));
  }

  @Post(':id/compromise')
  @HttpCode(200)
  @Requires('keys:write')
  @Operation('End a signing key that was compromised, and all it has signed', SigningKeyView)
  async compromise(
    @Param('id') keyId: string,
    @Body({ schema: ReasonBody }) { reason }: ReasonBody,
    @Caller() caller: Principal,
    @Trace() traceparent: string,
  ): Promise<SigningKeyView> {
    refuseUnlessOperator(caller);
    const { algorithm } = await this.find(keyId);
    await this.handler.handleWithNewKey(
      { kind: 'compromise', algorithm, keyId, reason, now: new Date() },
      { actor: caller.actor, traceparent },
    );
    await this.keys.refresh();
    await this.tokens.revokeOfKey(keyId, 'its signing key was compromised', {
      actor: caller.actor,
      traceparent,
    });
    return viewOf(await this.find(keyId));
  }

  private async find(keyId: string): Promise<SigningKey> {
    const row = await this.dataSource.getRepository(SigningKey).findOneBy({ keyId });
    if (!row) throw keyNotFound(keyId);
    return row;
  }
}

function refuseUnlessOperator(caller: Principal): void {
  if (caller.tenant !== OPERATOR_TENANT)
    throw new DomainError('not-found', 'not-found', 'There are no signing keys here.');
}

function viewOf(row: SigningKey): SigningKeyView {
  const { keyId, algorithm, status, publicJwk, externalName } = row;
  return {
    keyId,
    algorithm,
    status,
    publicJwk,
    externalName,
    publishedAt: row.publishedAt.toISOString(),
    activateAt: row.activateAt.toISOString(),
    activatedAt: row.activatedAt?.toISOString() ?? null,
    retireAt: row.retireAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
