import type { SigningAlgorithm, SigningKeyView } from '@gatehouse/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Read model: one signing key. All but the private part follows from the keyring's stream; that part is here alone,
 * sealed under the master key, and is erased with the key's end.
 */
@Entity({ name: 'signing_key' })
export class SigningKey {
  @PrimaryColumn('text', { name: 'key_id' })
  keyId!: string;

  @Column('text')
  algorithm!: SigningAlgorithm;

  @Column('text')
  status!: SigningKeyView['status'];

  @Column('jsonb', { name: 'public_jwk' })
  publicJwk!: Record<string, string>;

  @Column('bytea', { name: 'sealed_private_jwk', nullable: true })
  sealedPrivateJwk!: Buffer | null;

  @Column('text', { name: 'external_name', nullable: true })
  externalName!: string | null;

  @Column('timestamptz', { name: 'published_at' })
  publishedAt!: Date;

  @Column('timestamptz', { name: 'activate_at' })
  activateAt!: Date;

  @Column('timestamptz', { name: 'activated_at', nullable: true })
  activatedAt!: Date | null;

  @Column('timestamptz', { name: 'retire_at', nullable: true })
  retireAt!: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
