import { Acr, type SignInMethod } from '@gatehouse/contracts';

/** What an ID token says of how a person signed in. */
export interface Assurance {
  acr: Acr;
  /** RFC 8176. */
  amr: string[];
}

/** RFC 8176 §2. What an outside provider did is its own to say. */
const AMR: Record<SignInMethod, readonly string[]> = {
  password: ['pwd'],
  totp: ['otp'],
  'recovery-code': ['otp'],
  passkey: ['pop', 'user'],
  'identity-provider': [],
};

const IS_SECOND: Record<SignInMethod, boolean> = {
  password: false,
  totp: true,
  'recovery-code': true,
  passkey: true, // the authenticator has checked a PIN or a finger too
  'identity-provider': false,
};

/** @param methods in the order they were shown. */
export function assuranceOf(methods: readonly SignInMethod[]): Assurance {
  const amr = [...new Set(methods.flatMap((method) => AMR[method]))];
  return methods.some((method) => IS_SECOND[method])
    ? { acr: 'urn:gatehouse:aal2', amr: [...amr, 'mfa'] }
    : { acr: 'urn:gatehouse:aal1', amr };
}

/** 0: nothing known. */
export const levelOf = (acr: unknown): number => Acr.options.findIndex((known) => known === acr) + 1;

/** The least that satisfies `acr_values`: any of those named will do (OpenID Connect Core §3.1.2.1). */
export function neededLevel(acrValues: unknown): number {
  const levels = typeof acrValues === 'string' ? acrValues.split(' ').map(levelOf) : [];
  return Math.min(...levels.filter((level) => level > 0), Acr.options.length + 1) % (Acr.options.length + 1);
}
