import { JoiningDataSource } from '@gatehouse/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { type GrantedBy, refuseUngrantable, withinOf } from '../permissions/grantable.js';
import { type Asker, TeamReach } from '../teams/reach.js';
import type { IssueToken, TokenCommand } from '../tokens/token.commands.js';
import {
  beyondServiceAccount,
  serviceAccountSuspended,
  tooManyAccountTokens,
} from './service-account.errors.js';
import { holderMissing } from '../tokens/token.errors.js';

/** So few that whatever happens to an account happens to all its tokens in one commit. */
export const MOST_ACCOUNT_TOKENS = 100;

interface Bounds {
  id: string;
  scopes: string[];
  suspended_reason: string | null;
}

type NewToken = Pick<IssueToken, 'serviceAccountId' | 'scopes'>;

/** What a service account lets its tokens be. The account is held meanwhile: nothing is issued behind its end. */
@Injectable()
export class AccountBounds {
  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(TeamReach) private readonly reach: TeamReach,
  ) {}

  /**
   * Runs what issues tokens, some of them for service accounts.
   * @throws DomainError `body-invalid` for an account that is not there, also for another tenant's;
   * `service-account-suspended`; `service-account-exceeded`; `conflict` for more than {@link MOST_ACCOUNT_TOKENS}.
   */
  async holding<Result>(
    tenant: string,
    tokens: readonly NewToken[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    const accounts = new Set(tokens.flatMap(({ serviceAccountId }) => serviceAccountId ?? []));
    if (accounts.size === 0) return work();
    return this.dataSource.asOne(async () => {
      // In one order, so that two lists never wait for each other in a circle.
      for (const id of [...accounts].toSorted())
        await this.admit(
          tenant,
          id,
          tokens.filter(({ serviceAccountId }) => serviceAccountId === id),
        );
      return work();
    });
  }

  /**
   * Before an application is to act as an account, in the transaction that says so. Its tokens then have the account's roles,
   * so whoever says so must be able to grant all of the account.
   * @throws DomainError `body-invalid` for an account that is not there for the asker; `scope-not-grantable`.
   */
  async lend(asker: Asker, id: string, grantedBy: GrantedBy): Promise<void> {
    const [account] = await this.dataSource.query<Pick<Bounds, 'scopes'>[]>(
      'select scopes from service_account where tenant = $1 and id = $2 for key share',
      [asker.tenant, id],
    );
    if (!account) throw holderMissing(id);
    await this.reach.refuseBeyond(asker, [id], holderMissing);
    refuseUngrantable(account.scopes, grantedBy);
  }

  /**
   * Before a token is changed, in the transaction that changes it.
   * @throws DomainError `service-account-exceeded` when it would hold more than its account; `service-account-suspended`
   * when it would work without it.
   */
  async refuseBeyond(tenant: string, command: TokenCommand): Promise<void> {
    if (command.kind !== 'resume' && !(command.kind === 'update' && command.scopes)) return;
    const [account] = await this.dataSource.query<Bounds[]>(
      `select a.id, a.scopes, a.suspended_reason from token_summary t join service_account a on a.id = t.service_account_id
       where t.tenant = $1 and t.id = $2 for share of a`,
      [tenant, command.tokenId],
    );
    if (!account) return;
    if (command.kind === 'resume') refuseSuspended(account);
    else refuseMore(account, command.scopes ?? []);
  }

  private async admit(tenant: string, id: string, tokens: readonly NewToken[]): Promise<void> {
    const [account] = await this.dataSource.query<Bounds[]>(
      'select id, scopes, suspended_reason from service_account where tenant = $1 and id = $2 for update',
      [tenant, id],
    );
    if (!account) throw holderMissing(id);
    refuseSuspended(account);
    for (const { scopes } of tokens) refuseMore(account, scopes);
    const [row] = await this.dataSource.query<{ live: number }[]>(
      `select count(*)::int as live from token_summary
       where service_account_id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
      [id],
    );
    if (row!.live + tokens.length > MOST_ACCOUNT_TOKENS) throw tooManyAccountTokens(id, MOST_ACCOUNT_TOKENS);
  }
}

function refuseSuspended({ id, suspended_reason }: Bounds): void {
  if (suspended_reason !== null) throw serviceAccountSuspended(id);
}

function refuseMore({ id, scopes: held }: Bounds, scopes: readonly string[]): void {
  const within = withinOf(scopes, held);
  if (within.length < scopes.length)
    throw beyondServiceAccount(
      id,
      scopes.filter((scope) => !within.includes(scope)),
    );
}
