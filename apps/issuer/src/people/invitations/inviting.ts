import { randomBytes } from 'node:crypto';
import { type InviteBody, type IssuedInvitation, type PersonalData, RoleName } from '@gatehouse/contracts';
import { CommandHandler, type EventMetadata, JoiningDataSource } from '@gatehouse/event-store';
import { newId } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { type IssuerConfig, issuerOf } from '../../issuer.config.js';
import { ISSUER_CONFIG } from '../../issuer.tokens.js';
import type { GrantedBy } from '../../permissions/grantable.js';
import { OutgoingEvents } from '../../relay/outgoing-events.js';
import { accountPath } from '../../sign-in/account/account-client.js';
import { refuseKnownPassword } from '../../sign-in/passwords/known-passwords.js';
import { Members } from '../members/members.js';
import { closeWith, newPersonalKey, PersonalFields } from '../personal-fields/personal-fields.js';
import { hashPassword } from '../passwords/passwords.js';
import { addressTaken } from '../users/user.errors.js';
import { Users } from '../users/users.js';
import {
  type Invitation,
  type InvitationCommand,
  type InvitationEvent,
  invitationDecider,
  invitationEventOf,
} from './invitation.decider.js';
import { tooManyInvitations } from './invitation.errors.js';
import { projectInvitations } from './invitation.projection.js';
import { Invitations } from './invitations.js';

const CODE_BYTES = 24;
/** Nobody waits for more people than that. */
const MOST_INVITATIONS = 500;

interface OpenInvitation {
  id: string;
  personal: string;
  role: string;
}

/** Lets people into a tenant by links that work once. */
@Injectable()
export class Inviting {
  private readonly handler: CommandHandler<InvitationCommand, InvitationEvent, Invitation>;
  private readonly hash: (value: string) => string;
  private readonly origin: string;

  constructor(
    @Inject(JoiningDataSource) private readonly dataSource: JoiningDataSource,
    @Inject(OutgoingEvents) private readonly outgoing: OutgoingEvents,
    @Inject(PersonalFields) private readonly fields: PersonalFields,
    @Inject(Invitations) private readonly invitations: Invitations,
    @Inject(Users) private readonly users: Users,
    @Inject(Members) private readonly members: Members,
    @Inject(ISSUER_CONFIG) config: IssuerConfig,
  ) {
    const project = projectInvitations(fields);
    this.handler = new CommandHandler(dataSource, invitationDecider, invitationEventOf, project);
    this.hash = config.MASTER_KEY.hashFor('invitations');
    this.origin = issuerOf(config);
  }

  /** @throws DomainError as the decider does; `conflict` for an address that a user has, and for too many. */
  async invite(
    tenant: string,
    { email, name, role, ttlSeconds }: InviteBody,
    grantedBy: GrantedBy,
    metadata: EventMetadata,
  ): Promise<IssuedInvitation> {
    if (await this.users.isTaken(tenant, email)) throw addressTaken();
    const invitationId = newId('inv');
    const key = newPersonalKey();
    const personal = closeWith(key, invitationId, { email, name });
    const expiresAt = new Date(Date.now() + ttlSeconds * 1000).toISOString();
    const code = randomBytes(CODE_BYTES).toString('base64url');
    await this.dataSource.asOne(async () => {
      await this.refuseTooMany(tenant);
      await this.fields.keepKey(this.dataSource.manager, tenant, invitationId, key);
      await this.handle(
        tenant,
        { kind: 'issue', invitationId, personal, role, expiresAt, grantedBy },
        metadata,
      );
      await this.dataSource.query(
        'insert into invitation_code (invitation_id, tenant, code_hash) values ($1, $2, $3)',
        [invitationId, tenant, this.hash(code)],
      );
    });
    const url = `${this.origin}${accountPath(tenant)}/invitation#${code}`;
    return { ...(await this.invitations.get(tenant, invitationId)), url };
  }

  async revoke(tenant: string, invitationId: string, reason: string, metadata: EventMetadata): Promise<void> {
    await this.handle(tenant, { kind: 'revoke', invitationId, reason }, metadata);
  }

  /**
   * Redeems a link's code: a user with a password and a role. Of many at once, one does; what is refused uses up nothing.
   * @throws DomainError `password-breached`; `conflict` when a user has got the address meanwhile.
   */
  async accept(tenant: string, code: string, password: string): Promise<'accepted' | 'unknown'> {
    const codeHash = this.hash(code);
    const [open] = await this.dataSource.query<OpenInvitation[]>(
      `select i.id, i.personal, i.role from invitation_code c join invitation i on i.id = c.invitation_id
       where c.code_hash = $1 and c.tenant = $2 and i.expires_at > now()`,
      [codeHash, tenant],
    );
    const person = open && (await this.fields.open(this.dataSource.manager, tenant, open.id, open.personal));
    if (!person) return 'unknown';
    refuseKnownPassword(password, [person.email, person.name]);
    const passwordHash = await hashPassword(password); // before the transaction: nobody waits for it there
    return this.dataSource.asOne(async () => {
      const [rows] = await this.dataSource.query<[unknown[], number]>(
        'delete from invitation_code where code_hash = $1 returning invitation_id',
        [codeHash],
      );
      if (rows.length === 0) return 'unknown';
      await this.letIn(tenant, open, person, passwordHash);
      return 'accepted';
    });
  }

  private async letIn(
    tenant: string,
    { id: invitationId, role }: OpenInvitation,
    person: PersonalData,
    passwordHash: string,
  ): Promise<void> {
    const metadata = { actor: `invitation:${invitationId}` };
    const { id: userId } = await this.users.createWithoutPassword(tenant, person, metadata, passwordHash);
    const member = { kind: 'add', userId, role: RoleName.parse(role), grantedBy: 'system' } as const;
    await this.members.handle(tenant, member, metadata);
    await this.handle(tenant, { kind: 'accept', invitationId, userId, now: new Date() }, metadata);
  }

  private async refuseTooMany(tenant: string): Promise<void> {
    await this.dataSource.query('select pg_advisory_xact_lock(hashtextextended($1, 4))', [
      `invitations:${tenant}`,
    ]);
    const [row] = await this.dataSource.query<{ many: number }[]>(
      'select count(*)::int as many from invitation where tenant = $1 and expires_at > now()',
      [tenant],
    );
    if (row!.many >= MOST_INVITATIONS) throw tooManyInvitations(MOST_INVITATIONS);
  }

  private async handle(tenant: string, command: InvitationCommand, metadata: EventMetadata): Promise<void> {
    const stream = { id: command.invitationId, tenant, isNew: command.kind === 'issue' };
    const { added } = await this.handler.handle(stream, command, metadata);
    if (added.length > 0) this.outgoing.wake();
  }
}
