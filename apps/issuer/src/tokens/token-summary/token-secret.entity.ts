import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Read model: one of a token's secrets, by its keyed hash alone. */
@Entity({ name: 'token_secret' })
export class TokenSecret {
  @PrimaryColumn('text')
  id!: string;

  @Column('text', { name: 'token_id' })
  tokenId!: string;

  /** HMAC-SHA-256 of the token's digest, base64url. */
  @Column('text')
  hash!: string;

  @Column('text')
  last4!: string;

  @Column('timestamptz', { name: 'added_at' })
  addedAt!: Date;

  /** End of the overlap after a rotation. */
  @Column('timestamptz', { name: 'retires_at', nullable: true })
  retiresAt!: Date | null;

  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt!: Date | null;
}
