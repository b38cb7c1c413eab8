import type { Exchange } from '../request/exchange.js';
import type { Verdict } from './thread-messages.js';

/** What matched below the threshold is no finding: hardly a request matches nothing. */
export function noteVerdict(exchange: Exchange, verdict: Verdict | undefined): void {
  if (!verdict) exchange.note('waf-unavailable');
  else if (verdict.isAttack) for (const rule of verdict.rules) exchange.note(`waf-${rule}`);
}
