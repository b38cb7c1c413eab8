import { z } from 'zod';

/** An IPv4 or IPv6 block such as `10.0.0.0/8` or `2001:db8::/32`; a bare address stands for itself alone. */
export const IpRange = z.union(
  [z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()],
  'an IPv4 or IPv6 address or CIDR block, e.g. 10.0.0.0/8',
);
