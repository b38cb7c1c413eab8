import type { RouteLimits } from '../limits/route-limits.js';
import type { Policy } from '../request/admission.js';
import type { Exchange } from '../request/exchange.js';
import type { Inspection } from '../request/inspection.js';
import { IpList } from '../request/ip-list.js';
import type { Credential } from '../tokens/credential.js';
import type { UpstreamTarget } from '../upstream/upstream-target.js';
import type { WebSocketSpec } from '../transport/web-socket/web-socket-spec.js';
import type { AnswerHeaders } from './answer-headers.js';
import type { KeyHeader } from './key-header.js';
import type { Requirements } from './requirement.js';

/** Takes a request that its route let through. */
export type Serve = (exchange: Exchange, route: Route, credential: Credential) => void;

/** A route as compiled from gateway.yaml: nothing of it is worked out per request. */
export interface Route {
  readonly id: string;
  /** Its pattern, as gateway.yaml has it. */
  readonly path: string;
  readonly tenant: string;
  readonly requirements: Requirements;
  readonly policies: readonly Policy[];
  /** Asked after the policies. */
  readonly limits: RouteLimits;
  /** Asked after the limits; `undefined`: nothing is. */
  readonly inspections: readonly Inspection[] | undefined;
  /** Names of all that may refuse, in the order they are asked. */
  readonly steps: readonly string[];
  /** How many of them come before what else may refuse: the limits of a token's identity. */
  readonly stepsBeforeIdentity: number;
  readonly trustedProxies: IpList;
  /** Undefined: the gateway answers itself. */
  readonly upstream: UpstreamTarget | undefined;
  /** Takes what was let through. */
  readonly serve: Serve;
  /** Where it takes tokens from beside Authorization. */
  readonly keyHeader: KeyHeader | undefined;
  readonly answerHeaders: AnswerHeaders | undefined;
  /** Oldest view of the tokens that may decide without asking the issuer. */
  readonly staleMs: number;
  readonly maxBodyBytes: number;
  /** Undefined: none is opened. */
  readonly webSocket: WebSocketSpec | undefined;
}
