import { connectNats } from '@gatehouse/messaging';
import { applyStreams } from '@gatehouse/nats';
import { type RunningNats, startNats } from '@gatehouse/testing';
import type { NatsConnection } from '@nats-io/nats-core';
import { IssuerStandIn } from './issuer-stand-in.js';
import { type GatewayOptions, type RunningGateway, startGateway } from './running-gateway.js';
import { Upstream } from './upstream.js';

/** Everything around a gateway, and the gateway. */
export interface Stage {
  readonly nats: NatsConnection;
  readonly server: RunningNats;
  readonly issuer: IssuerStandIn;
  readonly upstream: Upstream;
  readonly gateway: RunningGateway;
  /** Another gateway beside the first. */
  another(options?: Partial<GatewayOptions>): Promise<RunningGateway>;
  stop(): Promise<void>;
}

/** Starts a real NATS, an issuer's stand-in, an upstream and a gateway. */
export async function setStage(options: Partial<GatewayOptions> = {}): Promise<Stage> {
  const server = await startNats();
  const nats = await connectNats({ url: server.url, name: 'test' });
  await applyStreams(nats);
  const issuer = await IssuerStandIn.start(nats);
  const upstream = await Upstream.start();
  const gateways: RunningGateway[] = [];
  const another = async (own: Partial<GatewayOptions> = {}) => {
    const around = { natsUrl: server.url, issuerUrl: issuer.url, upstreamUrl: upstream.url };
    const gateway = await startGateway({ ...around, ...options, ...own });
    gateways.push(gateway);
    return gateway;
  };
  const gateway = await another();
  return {
    nats,
    server,
    issuer,
    upstream,
    gateway,
    another,
    async stop() {
      await Promise.all(gateways.map((each) => each.stop()));
      await Promise.all([issuer.stop(), upstream.stop()]);
      await nats.close();
      await server.stop();
    },
  };
}
