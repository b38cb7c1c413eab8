import type { ApplicationTerms, ApplicationView } from '@gatehouse/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One of an application's secrets, by its keyed hash alone. */
export interface KeptSecret {
  id: string;
  /** HMAC-SHA-256 of the secret's digest, base64url. */
  hash: string;
  last4: string;
  retiresAt: string | null;
}

/** Read model: an OAuth client as it is now. */
@Entity({ name: 'application' })
export class ApplicationRow {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  tenant!: string;

  @Column('text')
  status!: ApplicationView['status'];

  @Column('jsonb')
  terms!: ApplicationTerms;

  /** Newest first; two at most. */
  @Column('jsonb')
  secrets!: KeptSecret[];

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('text', { name: 'created_by' })
  createdBy!: string;
}
