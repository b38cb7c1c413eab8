import { UpstreamUrl } from '@gatehouse/contracts';
import { z } from 'zod';
import { BreakerSpec } from '../health/health-spec.js';
import { GroupName, GroupSpec } from './group-spec.js';

/**
 * One URL that is given a rest when it fails: a group of one. There is nobody else to ask, so that nothing is sent
 * twice but what a connection lost that the upstream closed meanwhile, and nothing is ejected.
 */
export const OneTargetSpec = z
  .strictObject({ name: GroupName.optional(), url: UpstreamUrl, breaker: BreakerSpec.prefault({}) })
  .transform(
    ({ url, ...rest }): GroupSpec =>
      GroupSpec.parse({ ...rest, targets: [{ url }], retries: { max: 1, on: ['reset'] } }),
  );
