import type { Policy } from '../request/admission.js';
import { refusal } from '../request/refusal.js';
import { guard, type Objection } from './guard.js';
import type { PayloadSpec } from './payload-spec.js';

/** "/", "\" and "." as they are, encoded once or more, and in the overlong forms that lenient decoders take. */
const SLASH = String.raw`(?:[/\\]|%(?:25)*(?:2f|5c)|%(?:25)*c0%(?:25)*af|%(?:25)*c1%(?:25)*9c)`;
const DOT = String.raw`(?:\.|%(?:25)*2e|%(?:25)*c0%(?:25)*ae)`;
const CLIMB = new RegExp(String.raw`(?:^|[=&?;]|${SLASH})${DOT}${DOT}(?=(${SLASH}|$))`, 'gi');
/** Nobody encodes a dot, or anything twice or overlong, in what climbs, unless to hide it. */
const HIDDEN = /%2e|%25(?:25)*(?:2e|2f|5c|c0|c1)|%c0%a[ef]|%c1%9c/i;

/** People copy tabs and, at the very end, ends of lines along with an address. */
const CONTROL_IN_PATH = /%(?:0[0-8bcef]|1[0-9a-f]|7f|(?:25)+00|0[ad](?!(?:%0[ad])*$))/i;
const NUL_IN_QUERY = /%00/;
const CONTROL_IN_QUERY = /%(?:0[0-8bcef]|1[0-9a-f]|7f)/i;

const objection = (finding: string, detail: string): Objection => ({
  finding,
  refusal: refusal('payload-refused', detail),
});
const CLIMBS = objection('payload-traversal', 'The target holds a way out of its folder ("../").');
const CONTROL = objection('payload-control-character', 'The target holds an encoded control character.');

/**
 * What is said against a target that is well-formed (see `targetFlaw`) and still no honest one. A target without "%"
 * and ".." costs two searches.
 */
export function targetObjection(
  target: string,
  { traversal, controlCharacters }: Pick<PayloadSpec, 'traversal' | 'controlCharacters'>,
): Objection | undefined {
  const isEncoded = target.includes('%');
  if (!isEncoded && !target.includes('..')) return undefined;
  const queryStart = target.indexOf('?');
  const path = queryStart < 0 ? target : target.slice(0, queryStart);
  const query = queryStart < 0 ? '' : target.slice(queryStart + 1);
  if (isEncoded) {
    const inQuery = controlCharacters === 'any' ? CONTROL_IN_QUERY : NUL_IN_QUERY;
    if (CONTROL_IN_PATH.test(path) || inQuery.test(query)) return CONTROL;
    if (climbsHidden(path) || climbsHidden(query)) return CLIMBS;
  }
  return traversal === 'any' && query.search(CLIMB) >= 0 ? CLIMBS : undefined;
}

function climbsHidden(text: string): boolean {
  if (!HIDDEN.test(text)) return false;
  for (const [climb, end = ''] of text.matchAll(CLIMB)) if (HIDDEN.test(climb + end)) return true;
  return false;
}

/** The policy of one route; none where it has nothing to say. */
export const payloadPolicies = (spec: PayloadSpec): Policy[] =>
  spec.mode === 'off' ? [] : [guard('payload', spec.mode, ({ target }) => targetObjection(target, spec))];
