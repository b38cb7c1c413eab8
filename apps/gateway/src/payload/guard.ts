import type { GuardMode } from '@gatehouse/contracts';
import type { Policy, SentRequest } from '../request/admission.js';
import type { Refusal } from '../request/refusal.js';

/** What a rule found, as records and decisions name it, and how the request is refused for it. */
export interface Objection {
  readonly finding: string;
  readonly refusal: Refusal;
}

/** A policy that looks at what was sent. While it only detects, what it finds is noted and the request goes on. */
export const guard = (
  name: string,
  mode: Exclude<GuardMode, 'off'>,
  look: (sent: SentRequest) => Objection | undefined,
): Policy => ({
  name,
  check: ({ sent }) => {
    const objection = look(sent);
    if (!objection) return undefined;
    sent.note(objection.finding);
    return mode === 'block' ? objection.refusal : undefined;
  },
});
