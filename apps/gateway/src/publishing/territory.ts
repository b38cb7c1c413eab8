import { isPrefixOf } from '@gatehouse/contracts';

/** Hosts and paths; a list that is absent leaves nothing out. */
export interface Territory {
  readonly hosts?: readonly string[] | undefined;
  readonly prefixes?: readonly string[] | undefined;
}

/** Where a route is found. */
interface Place {
  readonly hosts?: readonly string[] | undefined;
  readonly path: string;
}

/** Whether some request could belong to both. */
export const overlap = (one: Territory, other: Territory): boolean =>
  meet(one.hosts, other.hosts, coversHost) && meet(one.prefixes, other.prefixes, isPrefixOf);

/** Whether nothing that a route answers to lies outside. */
export const contains = ({ hosts, prefixes }: Territory, place: Place): boolean =>
  (!hosts || (place.hosts?.every((host) => isAmong(hosts, host)) ?? false)) &&
  (!prefixes || prefixes.some((prefix) => isPrefixOf(prefix, place.path)));

/** Whether a host name, or all that a wildcard stands for, is covered by one of a list. */
export const isAmong = (names: readonly string[], host: string): boolean =>
  names.some((name) => coversHost(name, host));

const coversHost = (name: string, host: string): boolean =>
  name === host || (name.startsWith('*.') && host.endsWith(name.slice(1)));

/** Of wildcards, as of prefixes, two have something in common only where one covers the other. */
const meet = (
  some: readonly string[] | undefined,
  others: readonly string[] | undefined,
  covers: (one: string, other: string) => boolean,
): boolean => !some || !others || some.some((a) => others.some((b) => covers(a, b) || covers(b, a)));
