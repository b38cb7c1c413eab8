import type { Position } from '@gatehouse/kernel';
import type { IpList } from '../request/ip-list.js';
import type { JwtIssuers } from './jwt-issuers.js';
import type { TokenChange } from './token-changes.js';

/** Whose a token is; of one that was refused no more may be known. */
export type Holder = Pick<Credential, 'tokenId' | 'tenant'> &
  Partial<Pick<Credential, 'scope' | 'expiresAtMs'>>;

/** A verified token as the policies see it. */
export interface Credential {
  readonly tokenId: string;
  readonly tenant: string;
  readonly scopes: ReadonlySet<string>;
  /** The same, space-separated, for the upstream. */
  readonly scope: string;
  /** Undefined: from anywhere. */
  readonly ipAllow: IpList | undefined;
  /** Wall clock, milliseconds; Infinity: never. */
  readonly expiresAtMs: number;
  /** Wall clock, milliseconds, when it was surely good: its issue, or the issuer's latest answer. */
  readonly goodAtMs: number;
  /** `performance.now()` when the issuer was asked for its state. */
  readonly confirmedAt: number;
  /** Every event up to here is reflected; undefined: a JWT, which says what it said when it was issued. */
  readonly asOf: Position | undefined;
  /** Those who verified it, when it is a JWT: after a reload it is verified again. */
  readonly issuers: JwtIssuers | undefined;
  /** The token's latest change when this was last seen to be newer than it. */
  newerThan: TokenChange | undefined;
}
