import { randomBytes } from 'node:crypto';
import type { PasswordReset, UserView } from '@gatehouse/contracts';
import { type EventMetadata, JoiningDataSource } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import { hashPassword } from '../../people/passwords/passwords.js';
import { UserHandler } from '../../people/users/user.handler.js';
import { Users } from '../../people/users/users.js';
import { accountPath } from '../account/account-client.js';
import { Sessions } from '../sessions/sessions.js';
import { actorOf } from '../sign-in-journal.js';
import { refuseKnownPassword } from './known-passwords.js';

const CODE_BYTES = 24;

/** Changes passwords, by their owners and by one-time links. Whoever is signed in elsewhere is not any more. */
@Injectable()
export class PasswordChanges {
  private readonly hash: (value: string) => string;
  private readonly origin: string;

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(Users) private readonly users: Users,
    @Inject(UserHandler) private readonly handler: UserHandler,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(ISSUER_CONFIG) config: IssuerConfig,
  ) {
    this.hash = config.MASTER_KEY.hashFor('password resets');
    this.origin = issuerOf(config);
  }

  /**
   * @param keep the session it is changed in.
   * @throws DomainError `password-breached`.
   */
  async change(user: UserView, password: string, metadata: EventMetadata, keep?: string): Promise<void> {
    refuseKnownPassword(password, [user.email, user.name]);
    const hash = await hashPassword(password);
    await this.handler.changePassword(user.tenant, user.id, { means: 'password', hash }, metadata);
    await this.endSessions(user, metadata, keep);
  }

  /** A link that lets its holder choose the person's password, once; the one before is good no more. */
  async issueLink(
    tenant: string,
    userId: string,
    ttlSeconds: number,
    metadata: EventMetadata,
  ): Promise<PasswordReset> {
    await this.users.get(tenant, userId);
    const code = randomBytes(CODE_BYTES).toString('base64url');
    const expiresAt = new Date(Date.now() + ttlSeconds * 1000);
    await this.dataSource.asOne(async () => {
      await this.dataSource.query(ISSUE, [userId, tenant, this.hash(code), expiresAt]);
      const command = { kind: 'allow-reset', userId, expiresAt: expiresAt.toISOString() } as const;
      await this.handler.handle(tenant, command, metadata);
    });
    const url = `${this.origin}${accountPath(tenant)}/password-reset#${code}`;
    return { url, expiresAt: expiresAt.toISOString() };
  }

  /**
   * Redeems a link's code. Of many at once, one changes the password; a password that is refused uses up nothing.
   * @throws DomainError `password-breached`.
   */
  async reset(tenant: string, code: string, password: string): Promise<'changed' | 'unknown'> {
    const codeHash = this.hash(code);
    const [open] = await this.dataSource.query<{ user_id: string }[]>(
      'select user_id from password_reset where code_hash = $1 and tenant = $2 and expires_at > now()',
      [codeHash, tenant],
    );
    const user = open && (await this.users.find(tenant, open.user_id));
    if (!user) return 'unknown';
    refuseKnownPassword(password, [user.email, user.name]);
    const hash = await hashPassword(password);
    const metadata = { actor: actorOf(user.id) };
    const redeemed = await this.dataSource.asOne(async () => {
      const [rows] = await this.dataSource.query<[unknown[], number]>(
        'delete from password_reset where code_hash = $1 and expires_at > now() returning user_id',
        [codeHash],
      );
      if (rows.length === 0) return false;
      await this.handler.changePassword(tenant, user.id, { means: 'reset-link', hash }, metadata);
      return true;
    });
    if (!redeemed) return 'unknown';
    await this.endSessions(user, metadata);
    return 'changed';
  }

  private async endSessions(user: UserView, metadata: EventMetadata, keep?: string): Promise<void> {
    await this.sessions.endAll(user.tenant, user.id, { reason: 'credential-changed', metadata }, keep);
  }
}

const ISSUE = `
  insert into password_reset (user_id, tenant, code_hash, expires_at) values ($1, $2, $3, $4)
  on conflict (user_id) do update set code_hash = excluded.code_hash, expires_at = excluded.expires_at`;
