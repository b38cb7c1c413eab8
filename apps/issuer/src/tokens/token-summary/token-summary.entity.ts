import type { RotationPolicy } from '@gatehouse/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Read model: what is true of a token now. Rebuilt from its stream at any time. */
@Entity({ name: 'token_summary' })
export class TokenSummary {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  tenant!: string;

  @Column('text')
  name!: string;

  @Column('text', { array: true })
  scopes!: string[];

  @Column('text', { name: 'ip_allow', array: true })
  ipAllow!: string[];

  @Column('text', { name: 'ip_deny', array: true })
  ipDeny!: string[];

  @Column('jsonb')
  metadata!: Record<string, string>;

  @Column('text', { name: 'application_id', nullable: true })
  applicationId!: string | null;

  @Column('text', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('text', { name: 'service_account_id', nullable: true })
  serviceAccountId!: string | null;

  @Column('text', { name: 'identity_id', nullable: true })
  identityId!: string | null;

  @Column('text', { nullable: true })
  plan!: string | null;

  @Column('boolean')
  protected!: boolean;

  @Column('jsonb', { nullable: true })
  rotation!: RotationPolicy | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('text', { name: 'created_by' })
  createdBy!: string;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('text', { name: 'suspended_reason', nullable: true })
  suspendedReason!: string | null;

  /** The service account with which it is suspended, and would be resumed. */
  @Column('text', { name: 'suspended_with', nullable: true })
  suspendedWith!: string | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column('text', { name: 'revoked_reason', nullable: true })
  revokedReason!: string | null;
}
