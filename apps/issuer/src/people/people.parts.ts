import type { Provider, Type } from '@nestjs/common';
import { InvitationPages } from './invitations/invitation-pages.js';
import { Invitations } from './invitations/invitations.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { Inviting } from './invitations/inviting.js';
import { LapsedInvitations } from './invitations/lapsed-invitations.js';
import { Members } from './members/members.js';
import { MembersController } from './members/members.controller.js';
import { PasswordSignIn } from './passwords/password-sign-in.js';
import { OpenFieldsController } from './personal-fields/open-fields.controller.js';
import { PersonalFields } from './personal-fields/personal-fields.js';
import { UserHandler } from './users/user.handler.js';
import { UserHistoryController } from './users/user-history.controller.js';
import { Users } from './users/users.js';
import { UsersController } from './users/users.controller.js';

/** The management API of people. */
export const peopleControllers: Type[] = [
  UsersController,
  UserHistoryController,
  MembersController,
  InvitationsController,
  OpenFieldsController,
];

/** People, what is known of them and how they prove who they are. */
export const peopleProviders: Provider[] = [
  PersonalFields,
  UserHandler,
  Users,
  Members,
  Invitations,
  Inviting,
  LapsedInvitations,
  InvitationPages,
  PasswordSignIn,
];
