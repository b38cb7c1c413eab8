import type { EventMetadata } from '@gatehouse/event-store';
import { JoiningDataSource } from '@gatehouse/event-store';
import { DomainError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { IssuerConfig } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { Users } from '../../people/users/users.js';
import { IdentityProviders } from './identity-providers.js';

/** Who of a provider is who here: by the provider's subject, which it never gives to another, and by nothing else. */
@Injectable()
export class IdentityLinks {
  private readonly hash: (value: string) => string;

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(IdentityProviders) private readonly providers: IdentityProviders,
    @Inject(Users) private readonly users: Users,
    @Inject(ISSUER_CONFIG) { MASTER_KEY }: IssuerConfig,
  ) {
    this.hash = MASTER_KEY.hashFor('outside subjects');
  }

  async find(tenant: string, providerId: string, subject: string): Promise<string | undefined> {
    const [row] = await this.dataSource.query<{ user_id: string }[]>(
      'select user_id from identity_link where provider_id = $1 and subject_hash = $2 and tenant = $3',
      [providerId, this.hashOf(providerId, subject), tenant],
    );
    return row?.user_id;
  }

  /** Said twice it is said once. @throws DomainError `not-found`; `conflict` when the subject is somebody else here. */
  async link(
    tenant: string,
    providerId: string,
    { userId, subject }: { userId: string; subject: string },
    metadata: EventMetadata,
  ): Promise<void> {
    await this.providers.get(tenant, providerId);
    await this.users.get(tenant, userId);
    const known = await this.find(tenant, providerId, subject);
    if (known === userId) return;
    if (known !== undefined) throw subjectTaken();
    await this.providers.handle(
      tenant,
      { kind: 'link', id: providerId, userId },
      metadata,
      async (manager) => {
        const rows = await manager.query<unknown[]>(
          `insert into identity_link (provider_id, subject_hash, user_id, tenant) values ($1, $2, $3, $4)
         on conflict do nothing returning user_id`,
          [providerId, this.hashOf(providerId, subject), userId, tenant],
        );
        if (rows.length === 0) throw subjectTaken();
      },
    );
  }

  /** Somebody new, with the link that lets her in again; together or not at all. */
  async create(
    tenant: string,
    providerId: string,
    { subject, email, name }: { subject: string; email: string; name: string },
    metadata: EventMetadata,
  ): Promise<string> {
    return this.dataSource.asOne(async () => {
      const { id } = await this.users.createWithoutPassword(tenant, { email, name }, metadata);
      await this.link(tenant, providerId, { userId: id, subject }, metadata);
      return id;
    });
  }

  private hashOf(providerId: string, subject: string): string {
    return this.hash(`${providerId} ${subject}`);
  }
}

const subjectTaken = (): DomainError =>
  new DomainError('conflict', 'conflict', 'This subject of the provider is another person here.');
