import { HttpAuthModule } from '@gatehouse/http';
import { LOGGER, type Logger, Readiness } from '@gatehouse/service';
import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { CacheController } from './admin/cache.controller.js';
import { DecisionsController } from './admin/decisions.controller.js';
import { RoutesController } from './admin/routes.controller.js';
import { UpstreamsController } from './admin/upstreams.controller.js';
import { ConfigController } from './configuration/config.controller.js';
import { Gateway } from './gateway.js';
import { SIBLINGS, type Siblings } from './workers/siblings.js';

/** Where the data plane listens. */
export interface DataPlaneAddress {
  readonly HOST: string;
}

const DATA_PLANE = Symbol('data plane address');

/** Nest wires the process and serves the admin API; the data plane starts and stops with it. */
@Module({})
export class GatewayModule implements OnApplicationBootstrap, OnApplicationShutdown {
  static with(gateway: Gateway, address: DataPlaneAddress, siblings: Siblings): DynamicModule {
    return {
      module: GatewayModule,
      imports: [HttpAuthModule.register({ lookup: gateway.issuer, accessTokens: gateway.issuer })],
      controllers: [
        RoutesController,
        DecisionsController,
        UpstreamsController,
        ConfigController,
        CacheController,
      ],
      providers: [
        { provide: Gateway, useValue: gateway },
        { provide: DATA_PLANE, useValue: address },
        { provide: SIBLINGS, useValue: siblings },
      ],
    };
  }

  constructor(
    @Inject(Gateway) private readonly gateway: Gateway,
    @Inject(DATA_PLANE) private readonly address: DataPlaneAddress,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Readiness) readiness: Readiness,
  ) {
    // Neither NATS nor the issuer is asked: a gateway that cannot reach them still knows what to refuse.
    readiness.add('data-plane', () => {
      if (!gateway.transport.listening) throw new Error('not listening');
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const ports = await this.gateway.start(this.address.HOST);
    this.logger.info({ gateway: this.gateway.id, ports }, 'data plane listens');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.gateway.stop();
  }
}
