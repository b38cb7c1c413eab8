import { KnownNames } from '../known-names.js';

const HOST = /^(?<name>[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;
const names = new KnownNames((host) => HOST.exec(host)?.groups?.['name']?.toLowerCase() ?? '');

/** The host name of a Host header (RFC 9110 §7.2), lower case, without port; empty when it is not one. */
export const hostName = (host: string): string => names.of(host);
