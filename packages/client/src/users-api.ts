import {
  type CreateUserBody,
  FactorList,
  type FactorView,
  type HistoryEvent,
  PasswordReset,
  type PasswordResetBody,
  SignedOut,
  type UpdateUserBody,
  UserView,
} from '@gatehouse/contracts';
import type { z } from 'zod';
import type { ApiOptions } from './api-options.js';
import type { OnceOptions } from './issuer-api.js';
import { CollectionApi } from './lib/collection-api.js';

/** People of the caller's tenant who can sign in: `users:read` to look, `users:write` to change. Errors as with `IssuerApi`. */
export class UsersApi extends CollectionApi<UserView> {
  constructor(options: ApiOptions) {
    super(options, '/v1/users', UserView);
  }

  /** Everybody, oldest first, fetched page by page as the caller reads on. */
  list(): AsyncGenerator<UserView, void> {
    return this.all();
  }

  /**
   * Makes somebody with a password that somebody else has chosen; an invitation lets her choose it herself.
   * @throws GatehouseProblem `password-breached`; `conflict` for an address that is taken.
   */
  create(body: CreateUserBody, options?: OnceOptions): Promise<UserView> {
    return this.added(body, UserView, options);
  }

  /** What she is called or signs in with. */
  update(id: string, changes: UpdateUserBody): Promise<UserView> {
    return this.changed(id, changes, UserView);
  }

  /** Ends her sessions and access tokens; she can be let in again. API tokens she made stay. */
  disable(id: string, reason: string): Promise<UserView> {
    return this.step(id, 'disable', { reason }, UserView);
  }

  /** Lets her sign in again. */
  enable(id: string, reason: string): Promise<UserView> {
    return this.step(id, 'enable', { reason }, UserView);
  }

  /** Destroys the key to her personal fields, in every copy. Not to be undone; her history stays. */
  erase(id: string): Promise<void> {
    return this.channel.delete(this.pathOf(id));
  }

  /** What happened to her, oldest first; also after she was erased. */
  events(id: string): AsyncGenerator<HistoryEvent, void> {
    return this.historyOf(id);
  }

  /** Ends her sessions, and the refresh tokens that have outlived theirs. */
  signOut(id: string): Promise<SignedOut> {
    return this.step(id, 'sign-out', undefined, SignedOut);
  }

  /** A link that works once, for her to choose a new password. Make sure of who is asking. */
  allowPasswordReset(
    id: string,
    body: z.input<typeof PasswordResetBody> = {},
    options?: OnceOptions,
  ): Promise<PasswordReset> {
    return this.once(this.pathOf(id, 'password-reset'), body, PasswordReset, options);
  }

  /** What she has enrolled beside a password. */
  async factors(id: string): Promise<FactorView[]> {
    return (await this.channel.getJson(this.pathOf(id, 'factors'), {}, FactorList)).items;
  }

  /** Takes a factor away, and signs her out everywhere. Make sure of who is asking. */
  removeFactor(id: string, factorId: string): Promise<void> {
    return this.channel.delete(this.pathOf(id, 'factors', factorId));
  }
}
