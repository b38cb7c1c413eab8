import { z } from 'zod';

/** A refusal as every Gatehouse HTTP endpoint writes it (RFC 9457), media type `application/problem+json`. */
export const Problem = z.object({
  /** `https://gatehouse.dev/problems/<code>`; the page is `docs/problems/<code>.md`. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** What went wrong this time, and the fix; safe to show. */
  detail: z.string(),
  /** Stable, machine-readable. */
  code: z.string(),
  requestId: z.string(),
  /** Each wrong field, the rule it breaks and, where that does not say it, what to do. */
  errors: z.array(z.object({ field: z.string(), rule: z.string(), fix: z.string().optional() })).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** Every problem code, with its status and title. Each has its page in `docs/problems`; a test checks that they agree. */
export const problems = {
  'body-invalid': { status: 400, title: 'The body breaks a rule' },
  'json-invalid': { status: 400, title: 'The body is not JSON' },
  'query-invalid': { status: 400, title: 'A query parameter breaks a rule' },
  'password-breached': { status: 400, title: 'The password is one that others would guess' },
  'media-type-unsupported': { status: 415, title: 'The body is of a media type that is not taken' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'token-missing': { status: 401, title: 'No token was sent' },
  'token-malformed': { status: 401, title: 'The token is not well-formed' },
  'token-unknown': { status: 401, title: 'The token is not known' },
  'token-expired': { status: 401, title: 'The token has expired' },
  'token-revoked': { status: 401, title: 'The token was revoked' },
  'token-consumed': { status: 401, title: 'The token was good for one request, which was made' },
  'token-suspended': { status: 401, title: 'The token is suspended' },
  'secret-retired': { status: 401, title: 'The token was rotated and this secret retired' },
  'token-not-active': { status: 409, title: 'The token is not in a state that allows this' },
  'token-protected': { status: 409, title: 'The token is protected from being revoked' },
  'token-incomplete': { status: 403, title: 'The token does not say what the route needs' },
  'token-in-query': { status: 400, title: 'A token was sent in the query string' },
  'token-signature-invalid': { status: 401, title: 'The token’s signature does not verify' },
  'dpop-proof-required': { status: 401, title: 'The token needs a proof of its key' },
  'dpop-proof-invalid': { status: 401, title: 'The DPoP proof does not hold' },
  'dpop-proof-replayed': { status: 401, title: 'The DPoP proof was used before' },
  'certificate-mismatch': { status: 401, title: 'The token is bound to another client certificate' },
  'signature-invalid': { status: 401, title: 'The message’s signature does not verify' },
  'scanner-keys-unavailable': { status: 503, title: 'The scanner’s keys cannot be had' },
  'token-audience-mismatch': { status: 401, title: 'The token is meant for somebody else' },
  'scope-insufficient': { status: 403, title: 'The token lacks a scope' },
  'step-up-required': { status: 401, title: 'This needs a stronger or a more recent sign-in' },
  'role-missing': { status: 403, title: 'The token lacks a role' },
  'scope-not-grantable': { status: 403, title: 'The caller may not grant this scope' },
  'policy-ttl-exceeded': { status: 403, title: 'The tenant’s policy allows shorter lives only' },
  'policy-expiry-required': { status: 403, title: 'The tenant’s policy asks for an expiry' },
  'policy-ip-list-required': { status: 403, title: 'The tenant’s policy asks for a list of addresses' },
  'policy-scope-undefined': { status: 403, title: 'The tenant’s policy asks for scopes that are defined' },
  'policy-scope-refused': {
    status: 403,
    title: 'The tenant’s policy does not let this role grant this scope',
  },
  'ip-not-allowed': { status: 403, title: 'The token may not be used from this address' },
  'origin-not-allowed': { status: 403, title: 'Pages of this origin may not call this' },
  'idempotency-key-invalid': { status: 400, title: 'The Idempotency-Key is malformed' },
  'idempotency-key-in-use': { status: 409, title: 'A request with this Idempotency-Key is under way' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'bot-refused': { status: 403, title: 'This program may not call the route' },
  'payload-refused': { status: 400, title: 'The request is written as attacks are' },
  'waf-refused': { status: 403, title: 'The request is taken for an attack' },
  'waf-unavailable': { status: 503, title: 'The request cannot be looked at' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'quota-exhausted': { status: 429, title: 'The quota is used up' },
  'credits-exhausted': { status: 429, title: 'The credits are used up' },
  'credits-unavailable': { status: 503, title: 'The credits cannot be counted' },
  'too-many-at-once': { status: 429, title: 'Too many requests are under way' },
  'service-account-suspended': { status: 409, title: 'The service account is suspended' },
  'service-account-exceeded': { status: 403, title: 'The service account may not hold this scope' },
  'team-in-use': { status: 409, title: 'The team still has applications or service accounts' },
  'identity-in-use': { status: 409, title: 'Tokens of the identity still live' },
  'import-key-in-use': { status: 409, title: 'Tokens imported under the key still live' },
  'application-not-enabled': { status: 409, title: 'The application is not in a state that allows this' },
  'member-last-owner': { status: 409, title: 'A tenant keeps at least one owner' },
  'key-not-usable': { status: 409, title: 'The signing key is not in a state that allows this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'route-not-found': { status: 404, title: 'No route matches' },
  'method-not-allowed': { status: 405, title: 'The route does not allow this method' },
  'request-too-slow': { status: 408, title: 'The request came too slowly' },
  'operation-unknown': { status: 404, title: 'The API’s document has no such path' },
  'request-invalid': { status: 400, title: 'The request breaks the API’s document' },
  'request-malformed': { status: 400, title: 'The request is ambiguous or malformed' },
  'config-invalid': { status: 400, title: 'The configuration breaks a rule' },
  'config-read-only': { status: 409, title: 'The gateway cannot write its configuration' },
  conflict: { status: 409, title: 'The thing changed meanwhile' },
  'view-stale': { status: 503, title: 'The token’s state cannot be confirmed' },
  'issuer-unavailable': { status: 503, title: 'The issuer cannot be reached' },
  'database-unavailable': { status: 503, title: 'The database cannot be reached' },
  'upstream-unavailable': { status: 502, title: 'The upstream cannot be reached' },
  'answer-refused': { status: 502, title: 'The upstream’s answer is withheld' },
  'answer-not-transformable': {
    status: 502,
    title: 'The upstream’s answer cannot be changed as the route asks',
  },
  'upstream-timeout': { status: 504, title: 'The upstream did not answer in time' },
  'not-cached': { status: 504, title: 'No answer is kept' },
  'response-too-large': { status: 502, title: 'The upstream’s answer is too large' },
  'upstream-circuit-open': { status: 503, title: 'The upstream is given a rest' },
  internal: { status: 500, title: 'Something broke on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

/** A code of the catalogue. */
export type ProblemCode = keyof typeof problems;

/** Where the page of a code lives. */
export const problemType = (code: string): string => `https://gatehouse.dev/problems/${code}`;

/** Builds the document for one refusal. */
export function problemOf(
  code: ProblemCode,
  detail: string,
  requestId: string,
  errors?: Problem['errors'],
): Problem {
  const { status, title } = problems[code];
  return { type: problemType(code), title, status, detail, code, requestId, ...(errors ? { errors } : {}) };
}
