import type { Credential } from '../tokens/credential.js';
import type { Requirement } from '../routes/requirement.js';
import type { Refusal } from './refusal.js';

/** The request as the client sent it, for rules about what is sent. */
export interface SentRequest {
  readonly target: string;
  readonly head: { readonly userAgent: string };
  /** Keeps a finding for the request's record, whatever becomes of it. */
  note(finding: string): void;
}

/** What a policy may look at. One object per request, handed from policy to policy. */
export interface Admission {
  readonly credential: Credential;
  readonly clientAddress: string;
  /** Without the query. */
  readonly path: string;
  /** The scopes the route asks for with this method. */
  readonly requirement: Requirement;
  readonly sent: SentRequest;
  /** Wall clock, milliseconds. */
  readonly nowMs: number;
}

/** One rule of a route. */
export interface Policy {
  /** As a decision names it. */
  readonly name: string;
  /** `undefined` lets the request go on. Synchronous: a request waits for no policy. */
  readonly check: (admission: Admission) => Refusal | undefined;
}
