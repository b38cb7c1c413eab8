import { IpRange } from '@gatehouse/contracts';
import { z } from 'zod';

/** Which addresses upstreams may have, whatever their names resolve to. */
export const UpstreamNetworksSpec = z
  .array(IpRange)
  .min(1)
  .max(1000)
  .describe(
    'Addresses upstreams may have, checked at every connection. Absent: all but link-local ones (there the metadata services of clouds answer), multicast and unspecified ones.',
  );
export type UpstreamNetworksSpec = z.infer<typeof UpstreamNetworksSpec>;
