import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a token first and last made use of a scope, or came from a country. */
@Entity({ name: 'trait_use' })
export class TraitUse {
  @PrimaryColumn('text', { name: 'token_id' })
  tokenId!: string;

  @PrimaryColumn('text')
  kind!: 'scope' | 'country';

  @PrimaryColumn('text')
  value!: string;

  @Column('timestamptz', { name: 'first_used_at' })
  firstUsedAt!: Date;

  @Column('timestamptz', { name: 'last_used_at' })
  lastUsedAt!: Date;
}
