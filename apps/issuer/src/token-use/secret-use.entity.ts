import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The latest request that one of a token's secrets was let through with. */
@Entity({ name: 'secret_use' })
export class SecretUse {
  @PrimaryColumn('text', { name: 'token_id' })
  tokenId!: string;

  /** Empty where a gateway did not say which. */
  @PrimaryColumn('text', { name: 'secret_id' })
  secretId!: string;

  @Column('timestamptz', { name: 'used_at' })
  usedAt!: Date;

  @Column('text')
  ip!: string;

  @Column('text')
  country!: string;
}
