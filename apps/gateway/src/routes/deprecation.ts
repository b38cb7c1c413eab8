import type { DeprecationSpec } from '@gatehouse/contracts';

/** Flat list of header names and values. */
export function deprecationHeaders({ since, sunset, link }: DeprecationSpec): readonly string[] {
  const headers = ['deprecation', `@${Math.floor(Date.parse(since) / 1000)}`];
  if (sunset) headers.push('sunset', new Date(sunset).toUTCString());
  if (link) headers.push('link', `<${link}>; rel="deprecation"; type="text/html"`);
  return headers;
}
