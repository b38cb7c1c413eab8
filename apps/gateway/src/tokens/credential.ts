import type { Position } from '@gatehouse/kernel';
import type { IdentityFields } from '../request/identity-headers.js';
import type { IpList } from '../request/ip-list.js';
import type { IdentityLimits } from '../limits/identity-limits.js';
import type { Binding } from './binding/binding.js';
import type { ForeignFormat } from './foreign/foreign-formats.js';
import type { ChangeMark } from './token-changes.js';

/** Whose a token is; of one that was refused no more may be known. */
export type Holder = Pick<Credential, 'tokenId' | 'tenant'> &
  Partial<
    Pick<
      Credential,
      'scope' | 'expiresAtMs' | 'applicationId' | 'userId' | 'identityId' | 'limits' | 'plan' | 'secretId'
    >
  >;

/** Who was asked about a token of its own. */
export interface OutsideIssuer {
  readonly spec: { readonly url: string };
}

/** A verified token as the policies see it. */
export interface Credential {
  readonly tokenId: string;
  readonly tenant: string;
  readonly scopes: ReadonlySet<string>;
  /** The same, space-separated, for the upstream. */
  readonly scope: string;
  /** Names of roles (RFC 9068 §2.2.3.1). */
  readonly roles: ReadonlySet<string>;
  /** Whom it is for; undefined: it does not say. */
  readonly audiences: readonly string[] | undefined;
  /** To which application it was issued; empty: to none. */
  readonly applicationId: string;
  /** For whom the application acts; empty: for itself. */
  readonly userId: string;
  /** With whose tokens it shares limits; empty: with nobody's. */
  readonly identityId: string;
  /** What it may do together with them; undefined: its identity has no limits. */
  readonly limits: IdentityLimits | undefined;
  /** Whose credits it spends; undefined: nobody's. */
  readonly creditHolders: readonly string[] | undefined;
  /** Which of an opaque token's secrets was presented; empty: not known. */
  readonly secretId: string;
  /** What its holder pays for; empty: no plan is known. */
  readonly plan: string;
  /** Good for one request: the issuer says which. */
  readonly singleUse: boolean;
  /** Whom it is bound to; undefined: who holds it may use it. */
  readonly binding: Binding | undefined;
  /** RFC 7638 thumbprint of the key that signed it; undefined: it is no JWT. */
  readonly keyId: string | undefined;
  /** Undefined: from anywhere. */
  readonly ipAllow: IpList | undefined;
  /** Asked before {@link ipAllow}; undefined: from nowhere is it denied. */
  readonly ipDeny: IpList | undefined;
  /** Wall clock, milliseconds; Infinity: never. */
  readonly expiresAtMs: number;
  /** Wall clock, milliseconds, when it was surely good: its issue, or the issuer's latest answer. */
  readonly goodAtMs: number;
  /** `performance.now()` when the issuer was asked for its state. */
  readonly confirmedAt: number;
  /** Every event up to here is reflected; undefined: a JWT, which says what it said when it was issued. */
  readonly asOf: Position | undefined;
  /** Those who verified it, when it is a JWT: after a reload it is verified again. */
  readonly issuers: object | undefined;
  /** How it is written, when another system made it. */
  readonly foreign: ForeignFormat | undefined;
  /** Which outside issuer said so, and until when (`performance.now()`) that is believed. */
  readonly introspected: { readonly by: OutsideIssuer; readonly until: number } | undefined;
  /** The token's latest change when this was last seen to be newer than it. */
  newerThan: ChangeMark;
  /** The same of its identity. */
  identityNewerThan: ChangeMark;
  /** What upstreams are told of it, once one was. */
  identity?: IdentityFields;
}
