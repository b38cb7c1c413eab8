import { LOGGER, type Logger } from '@gatehouse/service';
import { Inject, Injectable } from '@nestjs/common';
import { OidcEngine } from '../../oauth/provider/oidc-engine.js';
import type { SignedInSession } from './session-records.js';

declare module 'oidc-provider' {
  interface Client {
    /** Sends a logout token; rejects when the application does not take it within the engine's 2.5 s. */
    backchannelLogout(sub: string, sid: string | undefined): Promise<void>;
  }
}

/** Tells applications that somebody was signed out behind their backs (OpenID Connect Back-Channel Logout 1.0). */
@Injectable()
export class LogoutNotices {
  constructor(
    @Inject(OidcEngine) private readonly engine: OidcEngine,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** All at once: one that does not listen holds up nobody. What they held is revoked already. */
  async send(sessions: readonly SignedInSession[]): Promise<void> {
    await Promise.all(
      sessions.flatMap(({ accountId, authorizations }) =>
        Object.entries(authorizations).map(([clientId, { sid }]) => this.tell(clientId, accountId, sid)),
      ),
    );
  }

  private async tell(clientId: string, userId: string, sid: string | undefined): Promise<void> {
    try {
      const client = await this.engine.provider.Client.find(clientId);
      if (client?.backchannelLogoutUri) await client.backchannelLogout(userId, sid);
    } catch (error) {
      this.logger.warn({ err: error, clientId }, 'an application was not told that a session has ended');
    }
  }
}
