import { SINGLE_USE_CLAIM } from '@gatehouse/contracts';
import type { KoaContextWithOIDC } from 'oidc-provider';

const SINGLE_USE = 'singleUse';

/** Long enough for the one request it is for. */
export const SINGLE_USE_SECONDS = 300;

/** The token of this request is to be good for one request. */
export function makeSingleUse({ state }: KoaContextWithOIDC): void {
  state[SINGLE_USE] = true;
}

export const isSingleUse = ({ state }: KoaContextWithOIDC): boolean => state[SINGLE_USE] === true;

/** What the token says of it: who takes it has to consume it. */
export const usesOf = (ctx: KoaContextWithOIDC): Record<string, boolean> =>
  isSingleUse(ctx) ? { [SINGLE_USE_CLAIM]: true } : {};
