import { digestOfToken } from '@gatehouse/kernel';
import { calculateJwkThumbprint, EmbeddedJWK, errors, type JWTPayload, jwtVerify } from 'jose';
import { DPOP_ALGORITHMS, refusal, type Refusal } from '../../request/refusal.js';
import { refusals } from '../../request/refusals.js';
import { readJws } from '../strict-jwt.js';
import type { SeenProofs } from './seen-proofs.js';
import { wallClockMs } from '../../wall-clock.js';

/** How far a proof's `iat` may lie from now, either way. */
const WINDOW_SECONDS = 60;
const MAX_JTI = 128;

/** The request that a proof must have been made for. */
export interface ProvenRequest {
  readonly method: string;
  /** As the client called it; the query does not count. */
  readonly url: string;
  readonly token: string;
  /** The key the token is bound to. */
  readonly jkt: string;
}

/**
 * Checks a DPoP proof (RFC 9449 §4.3). It counts as used only when everything else about it holds, so that nobody can
 * use up another's proof with a broken request.
 */
export async function proofRefusal(
  proof: string,
  request: ProvenRequest,
  seen: SeenProofs,
): Promise<Refusal | undefined> {
  const jwk = readJws(proof)?.header['jwk'];
  if (typeof jwk !== 'object' || jwk === null)
    return invalid('is not a JWS with its public key in the header');
  const payload = await verified(proof);
  if (typeof payload === 'string') return invalid(payload);
  if ((await calculateJwkThumbprint(jwk)) !== request.jkt)
    return invalid('is signed with another key than the one the token is bound to');
  const flaw = claimFlaw(payload, request);
  if (flaw) return invalid(flaw);
  switch (seen.use(request.jkt, payload.jti ?? '', performance.now())) {
    case 'first':
      return undefined;
    case 'again':
      return refusals.proofReplayed;
    case 'too-many':
      return refusals.proofsExhausted;
  }
}

async function verified(proof: string): Promise<JWTPayload | string> {
  try {
    const { payload } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: [...DPOP_ALGORITHMS],
      typ: 'dpop+jwt',
      requiredClaims: ['iat', 'jti'],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return 'has a signature that does not verify';
    if (error instanceof errors.JOSEAlgNotAllowed)
      return `must be signed with one of ${DPOP_ALGORITHMS.join(', ')}`;
    if (error instanceof errors.JWTClaimValidationFailed) return `has no acceptable "${error.claim}"`;
    return 'cannot be verified';
  }
}

function claimFlaw({ htm, htu, ath, iat, jti }: JWTPayload, request: ProvenRequest): string | undefined {
  if (htm !== request.method) return 'is for another method: "htm"';
  if (typeof htu !== 'string' || placeOf(htu) !== placeOf(request.url)) return 'is for another URL: "htu"';
  if (ath !== digestOfToken(request.token)) return 'is for another token: "ath"';
  if (Math.abs(wallClockMs() / 1000 - (iat ?? 0)) > WINDOW_SECONDS)
    return 'is too old or from the future: "iat"';
  if (!jti || jti.length > MAX_JTI) return `needs a "jti" of 1–${MAX_JTI} characters`;
  return undefined;
}

/** RFC 9449 §4.3: compared without query and fragment, after normalisation. */
function placeOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

const invalid = (flaw: string): Refusal => refusal('dpop-proof-invalid', `The DPoP proof ${flaw}.`);
