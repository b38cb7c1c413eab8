import {
  AppliedConfig,
  ApplyConfigBody,
  CheckConfigBody,
  CheckedConfig,
  ConfigInForce,
} from '@gatehouse/contracts';
import { Caller, Operation, type Principal, Requires } from '@gatehouse/http';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { Gateway } from '../gateway.js';
import { changesBetween } from './config-changes.js';
import { configRefusal } from './config-refusal.js';

/** The configuration of this gateway. It concerns every tenant, so that only the operator's may see it whole. */
@Controller('v1/config')
export class ConfigController {
  constructor(@Inject(Gateway) private readonly gateway: Gateway) {}

  @Get()
  @Requires('gateway:write')
  @Operation('Show the configuration in force', ConfigInForce)
  read(): ConfigInForce {
    const { routes, id } = this.gateway;
    const { inForce, rejected, current } = routes;
    return { gateway: id, ...inForce, loadedAt: current.loadedAt.toISOString(), rejected };
  }

  @Post('check')
  @HttpCode(200)
  @Requires('gateway:write')
  @Operation('Check a configuration and compare it with the one in force', CheckedConfig)
  async check(@Body({ schema: CheckConfigBody }) { text }: CheckConfigBody): Promise<CheckedConfig> {
    const { routes, id } = this.gateway;
    const { version, text: before } = routes.inForce;
    const mistakes = [...(await routes.check(text))];
    return {
      gateway: id,
      version,
      mistakes,
      changes: mistakes.length > 0 ? [] : changesBetween(before, text),
    };
  }

  @Post('apply')
  @HttpCode(200)
  @Requires('gateway:write')
  @Operation('Put a configuration in force', AppliedConfig)
  async apply(
    @Body({ schema: ApplyConfigBody }) { text, baseVersion }: ApplyConfigBody,
    @Caller() { actor }: Principal,
  ): Promise<AppliedConfig> {
    const { routes, transport, id } = this.gateway;
    const { before, after } = await routes.apply(text, { baseVersion, author: actor }).catch(configRefusal);
    await transport.reload();
    return { gateway: id, version: after.version, changes: changesBetween(before.text, text) };
  }
}
