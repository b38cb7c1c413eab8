import type { UpstreamGroupView, UpstreamTargetView } from '@gatehouse/contracts';
import type { GroupInUse } from '../upstreams.js';
import type { Member } from './member.js';

/** A group as the admin port shows it. */
export const groupView = ({ group, routes }: GroupInUse): UpstreamGroupView => ({
  name: group.name,
  routes: [...routes],
  tenant: group.tenant,
  targets: [
    ...group.members.all.map((member) => targetView(member, 'stable')),
    ...(group.canary?.members.all.map((member) => targetView(member, 'canary')) ?? []),
  ],
  ...(group.mirror && {
    mirror: { url: group.mirror.spec.url, sent: group.mirror.sent, skipped: group.mirror.skipped },
  }),
  retries: group.retries,
  refused: group.refused,
});

const targetView = (
  { name, weight, check, ejection, breaker, inFlight, tunnels, opened, ended }: Member,
  role: UpstreamTargetView['role'],
): UpstreamTargetView => ({
  url: name,
  role,
  weight,
  check: check ? (check.isUp ? 'up' : 'down') : 'unchecked',
  ejected: ejection.isEjected(performance.now()),
  breaker: breaker.status,
  opened,
  inFlight,
  tunnels,
  ejections: ejection.ejections,
  requests: { ...ended },
});
