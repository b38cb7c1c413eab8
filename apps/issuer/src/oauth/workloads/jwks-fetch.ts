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
export function refuseUnreachable(place: string, onLoopback: boolean, field = 'keys.jwksUri'): void {
  const { protocol, hostname } = new URL(place);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol !== 'https:' && !(onLoopback && isIP(host) !== 0 && isLoopback(host)))
    throw applicationInvalid(field, 'an https URL: keys that anybody on the way can change prove nothing');
  if (isIP(host) !== 0 && !isReachable(host, onLoopback))
    throw applicationInvalid(field, 'an address an issuer can have');
}

const isLoopback = (address: string): boolean =>
  loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Fetches a JWK Set from where a tenant says, as {@link fetchWithin} does. */
export const fetchJwks = (jwksUri: string, onLoopback: boolean): Promise<Response> =>
  fetchWithin(jwksUri, onLoopback, { method: 'GET', headers: { accept: 'application/json' } });

/** What is asked of a place that a tenant has named. */
export interface BoundedRequest {
  method: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

/**
 * Asks a place that a tenant has named: no redirect is followed, addresses are looked at after the name was resolved,
 * and it takes three seconds and 256 KiB at most.
 */
export function fetchWithin(
  place: string,
  onLoopback: boolean,
  { method, headers, body }: BoundedRequest,
): Promise<Response> {
  const url = new URL(place);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isReachable(host, onLoopback))
    return Promise.reject(new Error(`${host} is not asked for keys`));
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers,
      signal: AbortSignal.timeout(TIME_MS),
      lookup: lookupReachable(onLoopback),
      agent: false,
    } as const;
    request(url, options, (response) => {
      bodyOf(response)
        .then((bytes) => resolve(answerOf(response, bytes)))
        .catch(reject);
    })
      .once('error', reject)
      .end(body);
  });
}

const answerOf = ({ statusCode, headers }: IncomingMessage, body: Buffer<ArrayBuffer>): Response =>
  new Response(body, {
    status: statusCode ?? 502,
    headers: { 'content-type': headers['content-type'] ?? 'application/octet-stream' },
  });

async function bodyOf(response: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > SIZE_BYTES) throw new Error(`an answer of more than ${SIZE_BYTES} bytes`);
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
