import { freePort, isPortFree } from '@gatehouse/testing';

const DEFAULTS = {
  postgres: 5432,
  nats: 4222,
  issuer: 8082,
  audit: 8083,
  analytics: 8084,
  upstream: 8085,
} as const;

/** Where everything listens on the loopback address, for as long as this supervisor runs. */
export interface Ports extends Record<keyof typeof DEFAULTS, number> {
  gateways: readonly { proxy: number; admin: number }[];
}

/**
 * The default ports, where nobody has them, else any free ones. Gateways after the first always get free ones.
 * @param anyPorts leave the defaults to others altogether.
 */
export async function choosePorts(gateways: number, anyPorts = false): Promise<Ports> {
  const taken = new Set<number>();
  const choose = async (preferred?: number): Promise<number> => {
    const wanted = anyPorts ? undefined : preferred;
    let port = wanted !== undefined && (await isPortFree(wanted)) ? wanted : await freePort();
    while (taken.has(port)) port = await freePort();
    taken.add(port);
    return port;
  };
  const named: Partial<Record<keyof typeof DEFAULTS, number>> = {};
  const pairs = [{ proxy: await choose(8080), admin: await choose(8081) }];
  for (const [name, port] of Object.entries(DEFAULTS))
    named[name as keyof typeof DEFAULTS] = await choose(port);
  while (pairs.length < gateways) pairs.push({ proxy: await choose(), admin: await choose() });
  return { ...(named as Record<keyof typeof DEFAULTS, number>), gateways: pairs };
}
