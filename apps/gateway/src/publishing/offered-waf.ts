import type { WafStrictness } from '@gatehouse/contracts';
import type { RouteSpec } from '../routes/route-spec.js';

/** Why a published route may not have the firewall as it asks for it; `undefined`: it may, or does not ask. */
export function wafObjection(asked: RouteSpec['waf'], offered: readonly WafStrictness[]): string | undefined {
  if (!asked || asked.mode === 'off') return undefined;
  const isAsked = ({ paranoia, threshold }: WafStrictness) =>
    asked.paranoia === paranoia && asked.threshold === threshold;
  if (offered.some(isAsked)) return undefined;
  return `waf: gateway.yaml lets its tenant have ${offered.length > 0 ? `it with ${offered.map(textOf).join(', or ')} alone` : 'no firewall here'}`;
}

const textOf = ({ paranoia, threshold }: WafStrictness): string =>
  `paranoia ${paranoia} and threshold ${threshold}`;
