import {
  UserCreated,
  UserDisabled,
  UserEnabled,
  UserErased,
  UserPasswordChanged,
  UserPasswordResetAllowed,
  UserUpdated,
} from '@gatehouse/contracts';
import type { Decider } from '@gatehouse/kernel';
import type { UserCommand } from './user.commands.js';
import { userIdTaken, userNotFound } from './user.errors.js';
import type { UserEvent } from './user.events.js';

/** Where a person is in her life here. Who she is, the rules need not know. */
export interface User {
  readonly status: 'absent' | 'active' | 'disabled' | 'erased';
}

/** The rules of a person's life. */
export const userDecider: Decider<UserCommand, UserEvent, User> = {
  initial: { status: 'absent' },
  decide(command, user) {
    const { userId } = command;
    switch (command.kind) {
      case 'create':
        if (user.status !== 'absent') throw userIdTaken(userId);
        return [{ type: UserCreated.type, data: { userId, personal: command.personal } }];
      case 'update':
        refuseUnlessThere(userId, user);
        return [{ type: UserUpdated.type, data: { userId, personal: command.personal } }];
      case 'disable':
        refuseUnlessThere(userId, user);
        return user.status === 'disabled'
          ? []
          : [{ type: UserDisabled.type, data: { userId, reason: command.reason } }];
      case 'enable':
        refuseUnlessThere(userId, user);
        return user.status === 'active'
          ? []
          : [{ type: UserEnabled.type, data: { userId, reason: command.reason } }];
      case 'erase':
        if (user.status === 'erased') return [];
        refuseUnlessThere(userId, user);
        return [{ type: UserErased.type, data: { userId } }];
      case 'change-password':
        refuseUnlessThere(userId, user);
        return [{ type: UserPasswordChanged.type, data: { userId, means: command.means } }];
      case 'allow-reset':
        refuseUnlessThere(userId, user);
        return [{ type: UserPasswordResetAllowed.type, data: { userId, expiresAt: command.expiresAt } }];
    }
  },
  evolve(user, event) {
    switch (event.type) {
      case 'user.created.v1':
      case 'user.enabled.v1':
        return { status: 'active' };
      case 'user.updated.v1':
      case 'user.password-changed.v1':
      case 'user.password-reset-allowed.v1':
        return user;
      case 'user.disabled.v1':
        return { status: 'disabled' };
      case 'user.erased.v1':
        return { status: 'erased' };
    }
  },
};

/** Who was erased is as absent as who never was. */
function refuseUnlessThere(userId: string, { status }: User): void {
  if (status === 'absent' || status === 'erased') throw userNotFound(userId);
}
