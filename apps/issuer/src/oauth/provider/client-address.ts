import { type IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isAddressAllowed } from '@gatehouse/http';

/**
 * Where a request comes from: the nearest hop that is none of our own proxies. What lies behind it, whoever sent the
 * request could have written.
 * @param trusted addresses of proxies that append to `x-forwarded-for`; none: the header says nothing.
 */
export function clientAddressOf(
  { headers, socket }: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } },
  trusted: readonly string[],
): string {
  const isOurs = (address: string) => trusted.length > 0 && isAddressAllowed(address, trusted);
  const forwarded = [headers['x-forwarded-for'] ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((hop) => hop.trim());
  let address = socket.remoteAddress ?? '';
  while (isOurs(address)) {
    const next = forwarded.pop();
    if (next === undefined || isIP(next) === 0) break;
    address = next;
  }
  return address.replace(/^::ffff:/, '');
}
