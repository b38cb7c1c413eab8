import { type Problem, type ProblemCode, problemOf, problems } from '@gatehouse/contracts';

/** Why a request is not let through. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly status: number;
  readonly detail: string;
  /** Flat list of header names and values that belong to it. */
  readonly headers: readonly string[];
  /** Field by field, where there are several things wrong. */
  readonly errors?: Problem['errors'];
}

/** What a DPoP proof may be signed with. */
export const DPOP_ALGORITHMS = ['ES256', 'EdDSA', 'RS256', 'PS256'] as const;

/** @param headers flat list of further names and values. */
export function refusal(code: ProblemCode, detail: string, headers: readonly string[] = []): Refusal {
  const { status } = problems[code];
  const challenge = challengeOf(code, status);
  return {
    code,
    status,
    detail,
    headers: challenge ? ['www-authenticate', challenge, ...headers] : headers,
  };
}

/** A 403 for want of scope names the scopes (RFC 6750 §3). */
export const scopeRefusal = (scopes: readonly string[]): Refusal =>
  refusal('scope-insufficient', `This needs the scope ${scopes.join(' ')}.`, [
    'www-authenticate',
    `Bearer realm="gatehouse", error="insufficient_scope", scope="${scopes.join(' ')}"`,
  ]);

/** The problem document (RFC 9457) as it travels. */
export const problemBody = ({ code, detail, errors }: Refusal, requestId: string): string =>
  JSON.stringify(problemOf(code, detail, requestId, errors));

/** What is said of it before it, as a flat list. */
export const problemHead = (bytes: number): string[] => [
  'content-type',
  'application/problem+json',
  'content-length',
  `${bytes}`,
];

/** RFC 6750 §3 and RFC 9449 §7.1: no error code when no token was sent, `invalid_request` when it was sent the wrong way. */
function challengeOf(code: ProblemCode, status: number): string | undefined {
  if (code === 'token-missing') return 'Bearer realm="gatehouse"';
  if (code === 'token-in-query') return 'Bearer realm="gatehouse", error="invalid_request"';
  if (code.startsWith('dpop-')) return dpopChallenge(code);
  return status === 401 ? 'Bearer realm="gatehouse", error="invalid_token"' : undefined;
}

const dpopChallenge = (code: ProblemCode): string =>
  `DPoP realm="gatehouse", error="${code === 'dpop-proof-required' ? 'invalid_token' : 'invalid_dpop_proof'}", algs="${DPOP_ALGORITHMS.join(' ')}"`;
