import { DomainError } from '@gatehouse/kernel';
import type { StepUp } from './principal.js';

/** The person signed in with too little, or too long ago, for this (RFC 9470). */
export class StepUpRequired extends DomainError {
  /** RFC 9470 §3: what a client needs to send the person to the authorization endpoint. */
  readonly challenge: string;

  constructor({ acrValues, maxAgeSeconds }: StepUp) {
    super('unauthenticated', 'step-up-required', 'Sign in with a second factor, then repeat the request.');
    const age = maxAgeSeconds === null ? '' : `, max_age="${maxAgeSeconds}"`;
    this.challenge = `error="insufficient_user_authentication", acr_values="${acrValues}"${age}`;
  }
}
