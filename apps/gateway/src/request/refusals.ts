import { refusal, type Refusal } from './refusal.js';

const again = ['retry-after', '1'];

/** The refusals that read the same for every request, built once. */
export const refusals = {
  noRoute: refusal('route-not-found', 'No route matches this host and path.'),
  tokenMissing: refusal('token-missing', 'Send "Authorization: Bearer <token>".'),
  tokenMalformed: refusal('token-malformed', 'The token is not a Gatehouse token or was mistyped.'),
  tokenInQuery: refusal(
    'token-in-query',
    'Take the token out of the URL, send it in the Authorization header, and have it revoked: URLs are logged.',
  ),
  tokenUnknown: refusal('token-unknown', 'No such token was issued here.'),
  tokenRevoked: refusal('token-revoked', 'The token was revoked. Ask for a new one.'),
  tokenConsumed: refusal(
    'token-consumed',
    'The token was good for one request, which was made. Exchange for a new one.',
  ),
  tokenSuspended: refusal('token-suspended', 'The token is suspended. Ask its owner.'),
  secretRetired: refusal('secret-retired', 'The token was rotated. Use its new secret.'),
  tokenExpired: refusal('token-expired', 'The token has expired. Ask for a new one.'),
  tokenForeign: refusal('token-audience-mismatch', 'The token was issued for another API.'),
  signatureInvalid: refusal('token-signature-invalid', 'The token’s signature does not verify.'),
  keyDistrusted: refusal(
    'token-signature-invalid',
    'The key that signed the token is not believed any more. Ask for a new token.',
  ),
  proofRequired: refusal(
    'dpop-proof-required',
    'The token is bound to a key: send "Authorization: DPoP <token>" and a DPoP header with a proof.',
  ),
  proofReplayed: refusal('dpop-proof-replayed', 'The DPoP proof was used before. Make one for each request.'),
  proofUncalledFor: refusal('dpop-proof-invalid', 'The token is bound to no key: send it as Bearer.'),
  proofsExhausted: refusal('rate-limited', 'More DPoP proofs came than can be remembered.', [
    'retry-after',
    '120',
  ]),
  certificateMismatch: refusal(
    'certificate-mismatch',
    'The token is bound to another client certificate than the one the connection showed.',
  ),
  questionIncomplete: refusal(
    'request-malformed',
    'Say once each what is asked about: X-Forwarded-Method, X-Forwarded-Uri and X-Forwarded-Host.',
  ),
  addressRefused: refusal('ip-not-allowed', 'The request comes from an address that may not be used here.'),
  issuerUnavailable: refusal('issuer-unavailable', 'The token cannot be looked up now. Try again.', again),
  creditsUnavailable: refusal(
    'credits-unavailable',
    'No more credits can be had from the issuer now. Try again.',
    again,
  ),
  viewStale: refusal('view-stale', 'The token’s state cannot be confirmed now. Try again.', again),
  upstreamUnavailable: refusal('upstream-unavailable', 'The upstream cannot be reached. Try again.'),
  upstreamTimeout: refusal('upstream-timeout', 'The upstream did not answer in time.'),
  requestTooSlow: refusal('request-too-slow', 'The request came too slowly.'),
  bodyTooLarge: refusal('body-too-large', 'The body is larger than this route takes.'),
  bodiesHeld: refusal('too-many-at-once', 'More bodies are under way than can be held. Try again.', again),
  notCached: refusal(
    'not-cached',
    'No answer to this is kept. Leave out "Cache-Control: only-if-cached" to have the upstream asked.',
  ),
  responseTooLarge: refusal(
    'response-too-large',
    'The upstream’s answer is larger than this route hands on. Ask for less, e.g. a page.',
  ),
  internal: refusal(
    'internal',
    'The request could not be completed. Quote the request id when you report it.',
  ),
} as const satisfies Record<string, Refusal>;

/** A request that two parsers could read differently (RFC 9112 §11). */
export const malformed = (detail: string): Refusal => refusal('request-malformed', detail);
