import type { CacheOutcome, RequestOutcome } from '@gatehouse/contracts';
import type { Trace } from '../request/trace.js';
import type { Holder } from '../tokens/credential.js';

/** What a record needs to know of a request that has ended. */
export interface EndedExchange {
  readonly requestId: string;
  readonly trace: Pick<Trace, 'traceId' | 'span'>;
  readonly method: string;
  readonly target: string;
  readonly scheme: 'http' | 'https';
  /** Empty: not known. */
  readonly httpVersion: string;
  readonly head: { readonly userAgent: string; readonly referrer: string };
  readonly route:
    | {
        readonly id: string;
        /** Its pattern. */
        readonly path: string;
        readonly tenant: string;
        readonly steps: readonly string[];
        readonly stepsBeforeIdentity: number;
      }
    | undefined;
  readonly requirement: { readonly scopes: readonly string[]; readonly scopesJson: string } | undefined;
  readonly holder: Holder | undefined;
  /** Name of the policy that refused; empty: none of the route's. */
  readonly refusedBy: string;
  /** What rules noticed of it. */
  readonly findings: readonly string[];
  /** Not a number: nobody asked. */
  readonly viewAgeMs: number;
  readonly clientAddress: string;
  readonly status: number;
  readonly outcome: RequestOutcome;
  readonly code: string;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** `performance.now()`. */
  readonly startedAt: number;
  /** `performance.now()` when it was handed on; 0: it was not. */
  readonly dispatchedAt: number;
  readonly upstreamMs: number;
  /** Empty: no cache was asked. */
  readonly cache: CacheOutcome | '';
  /** Name of the limit that refused; empty: none. */
  readonly limit: string;
  /** What it has cost of its token's credits. */
  readonly credits: number;
  /** How long it waited for its turn at a limit. */
  readonly waitedMs: number;
}
