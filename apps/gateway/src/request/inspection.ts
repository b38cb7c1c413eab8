import type { Exchange } from './exchange.js';
import type { Refusal } from './refusal.js';
import { refusals } from './refusals.js';

/** A look at a whole request that takes its time: after all that is decided at once, before the upstream sees any of it. */
export interface Inspection {
  /** As a decision names it. */
  readonly name: string;
  /** @returns why the request is refused; `undefined` lets it go on. */
  inspect(exchange: Exchange): Promise<Refusal | undefined>;
}

/**
 * Asks one inspection after the other.
 * @param proceed called when none of them refused; time has passed meanwhile.
 */
export function inspectAll(
  exchange: Exchange,
  inspections: readonly Inspection[],
  proceed: () => void,
): void {
  firstRefusal(exchange, inspections)
    .then((refused) => {
      if (exchange.response.destroyed) exchange.finish('aborted', () => {});
      else if (refused) exchange.refuse(refused);
      else proceed();
    })
    .catch(() => exchange.refuse(refusals.internal, 'failed'));
}

async function firstRefusal(
  exchange: Exchange,
  inspections: readonly Inspection[],
): Promise<Refusal | undefined> {
  for (const inspection of inspections) {
    const refused = await inspection.inspect(exchange);
    if (!refused) continue;
    exchange.refusedBy = inspection.name;
    return refused;
  }
  return undefined;
}
