import { lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { applicationInvalid } from '../applications/application.errors.js';

const TIME_MS = 3_000;
const SIZE_BYTES = 256 * 1024;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Where no issuer of tokens is, and much that answers to whoever can reach it: metadata services, this very host. */
const never = new BlockList();
never.addSubnet('0.0.0.0', 8, 'ipv4');
never.addSubnet('169.254.0.0', 16, 'ipv4');
never.addSubnet('224.0.0.0', 3, 'ipv4');
never.addAddress('::', 'ipv6');
never.addSubnet('fe80::', 10, 'ipv6');
never.addSubnet('ff00::', 8, 'ipv6');
never.addAddress('fd00:ec2::254', 'ipv6');

/** Whether an address may be asked for keys. IPv4 mapped into IPv6 counts as IPv4. */
export function isReachable(address: string, onLoopback: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return !never.check(address, family) && (onLoopback || !loopback.check(address, family));
}

/**
 * Refuses a place to fetch keys from that will never do.
 * @throws DomainError `body-invalid`.
 */
export function refuseUnreachable(jwksUri: string, onLoopback: boolean): void {
  const { protocol, hostname } = new URL(jwksUri);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol !== 'https:' && !(onLoopback && isIP(host) !== 0 && isLoopback(host)))
    throw applicationInvalid(
      'keys.jwksUri',
      'an https URL: keys that anybody on the way can change prove nothing',
    );
  if (isIP(host) !== 0 && !isReachable(host, onLoopback))
    throw applicationInvalid('keys.jwksUri', 'an address an issuer can have');
}

const isLoopback = (address: string): boolean =>
  loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * Fetches a JWK Set from where a tenant says: no redirect is followed, addresses are looked at after the name was
 * resolved, and it takes three seconds and 256 KiB at most.
 */
export function fetchJwks(jwksUri: string, onLoopback: boolean): Promise<Response> {
  const url = new URL(jwksUri);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isReachable(host, onLoopback))
    return Promise.reject(new Error(`${host} is not asked for keys`));
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const options = {
      signal: AbortSignal.timeout(TIME_MS),
      lookup: lookupReachable(onLoopback),
      headers: { accept: 'application/json' },
      agent: false,
    } as const;
    request(url, options, (response) => {
      bodyOf(response)
        .then((body) => resolve(new Response(body, { status: response.statusCode ?? 502 })))
        .catch(reject);
    })
      .once('error', reject)
      .end();
  });
}

async function bodyOf(response: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > SIZE_BYTES) throw new Error(`a JWK Set of more than ${SIZE_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A name may point anywhere, and elsewhere the next time: what is connected to is what was looked at. */
const lookupReachable =
  (onLoopback: boolean): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !isReachable(address, onLoopback));
      if (error || refused || !addresses[0])
        return callback(error ?? new Error(`${hostname} is not asked for keys`), '', 0);
      if (options.all) return callback(null, addresses);
      callback(null, addresses[0].address, addresses[0].family);
    });
  };
