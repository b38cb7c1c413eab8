import { RecentMap } from '../recent-map.js';

const HOST = /^(?<name>[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;
const names = new RecentMap<string, string>(1_024);

/** The host name of a Host header (RFC 9110 §7.2), lower case, without port; empty when it is not one. */
export function hostName(host: string): string {
  const known = names.get(host);
  if (known !== undefined) return known;
  const name = HOST.exec(host)?.groups?.['name']?.toLowerCase() ?? '';
  names.set(host, name);
  return name;
}
