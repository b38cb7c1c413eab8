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
import { changesOf, shownOf } from '../publishing/shown-verdicts.js';
import { changesBetween } from './config-changes.js';
import { configRefusal } from './config-refusal.js';

/** As many as an answer shows. */
const MOST_PUBLISHED = 1000;

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
    const published = current.verdicts.slice(0, MOST_PUBLISHED).map(shownOf);
    return { gateway: id, ...inForce, loadedAt: current.loadedAt.toISOString(), rejected, published };
  }

  @Post('check')
  @HttpCode(200)
  @Requires('gateway:write')
  @Operation('Check a configuration and compare it with the one in force', CheckedConfig)
  async check(@Body({ schema: CheckConfigBody }) { text }: CheckConfigBody): Promise<CheckedConfig> {
    const { routes, id } = this.gateway;
    const { version, text: before } = routes.inForce;
    const { mistakes, verdicts } = await routes.check(text);
    const { verdicts: inForce } = routes.current;
    return {
      gateway: id,
      version,
      mistakes: [...mistakes],
      changes: mistakes.length > 0 ? [] : changesBetween(before, text),
      published: changesOf(inForce, verdicts).slice(0, MOST_PUBLISHED),
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
