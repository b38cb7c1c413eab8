import type { CreditTerms, RotationPolicy } from '@gatehouse/contracts';
import type { GrantedBy } from '../permissions/grantable.js';
import type { ReportLeak } from '../leaks/report-leak.js';

/** What a secret's owner never gives away: the secret itself is not here. */
export interface NewSecret {
  id: string;
  /** HMAC-SHA-256 of the token's digest. */
  hash: string;
  pepperVersion: number;
  last4: string;
  /** Under which import key it is found; absent: by its digest. */
  importKeyId?: string;
}

export type { GrantedBy };

export interface IssueToken {
  kind: 'issue';
  tokenId: string;
  name: string;
  scopes: readonly string[];
  expiresAt: string | null;
  ipAllow: readonly string[];
  ipDeny?: readonly string[];
  metadata: Readonly<Record<string, string>>;
  applicationId?: string;
  userId?: string;
  serviceAccountId?: string;
  identityId?: string;
  plan?: string;
  protected?: boolean;
  rotation?: RotationPolicy;
  credits?: CreditTerms;
  secret: NewSecret;
  grantedBy: GrantedBy;
}

export interface UpdateToken {
  kind: 'update';
  tokenId: string;
  now: Date;
  name?: string;
  scopes?: string[];
  ipAllow?: string[];
  ipDeny?: string[];
  metadata?: Record<string, string>;
  identityId?: string | null;
  plan?: string | null;
  protected?: boolean;
  rotation?: RotationPolicy | null;
  credits?: CreditTerms | null;
  grantedBy: GrantedBy;
}

export interface RotateToken {
  kind: 'rotate';
  tokenId: string;
  now: Date;
  secret: NewSecret;
  /** Absent: as the token's policy says, or a day. */
  overlapSeconds?: number;
}

/** Ends the overlap for every secret whose time has come. */
export interface RetireSecrets {
  kind: 'retire-secrets';
  tokenId: string;
  now: Date;
}

export interface SuspendToken {
  kind: 'suspend';
  tokenId: string;
  now: Date;
  reason: string;
  /** Present: with this service account, until it is resumed. */
  withAccount?: string;
}

export interface ResumeToken {
  kind: 'resume';
  tokenId: string;
  now: Date;
  reason: string;
  /** Present: only if it was suspended with this service account. */
  withAccount?: string;
}

export interface RevokeToken {
  kind: 'revoke';
  tokenId: string;
  reason: string;
}

/** Says what is due; once for each secret, and once for the token's end. */
export interface RemindOfToken {
  kind: 'remind';
  tokenId: string;
  rotation?: { secretId: string; dueAt: string };
  expiresAt?: string;
}

export type TokenCommand =
  | IssueToken
  | UpdateToken
  | RotateToken
  | RetireSecrets
  | SuspendToken
  | ResumeToken
  | RevokeToken
  | ReportLeak
  | RemindOfToken;
