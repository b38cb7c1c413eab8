import type { Adapter, AdapterPayload } from 'oidc-provider';
import { accountClientOf } from '../../sign-in/account/account-client.js';
import type { Applications } from '../applications/applications.js';
import { clientMetadataOf } from './client-registration.js';

/** Applications as the engine's clients. The engine registers none itself: RFC 7591 is spoken beside it. */
export class ClientAdapter implements Adapter {
  /** @param origin of the issuer, whose own pages are an application too. */
  constructor(
    private readonly applications: Applications,
    private readonly origin: string,
  ) {}

  /** Asked of the database for every request: a disabled application gets nothing more. */
  async find(id: string): Promise<AdapterPayload | undefined> {
    const account = accountClientOf(id, this.origin);
    if (account) return account;
    const row = await this.applications.enabled(id);
    return row && clientMetadataOf(row);
  }

  upsert(): never {
    throw new Error('the engine registers no clients');
  }

  findByUid(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  consume(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  destroy(): never {
    throw new Error('the engine registers no clients');
  }

  revokeByGrantId(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
