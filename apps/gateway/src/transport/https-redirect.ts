import { hostName } from '../request/host-name.js';

/** Where the same request is answered over https; undefined: it names no host to go to. */
export function httpsLocation(host: string | undefined, target: string, port: number): string | undefined {
  const name = hostName(host ?? '');
  if (name === '' || !target.startsWith('/')) return undefined;
  return `https://${name}${port === 443 ? '' : `:${port}`}${target}`;
}
