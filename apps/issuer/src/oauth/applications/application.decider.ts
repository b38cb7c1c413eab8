import { isDeepStrictEqual } from 'node:util';
import {
  actsForItself,
  ApplicationDisabled,
  ApplicationEnabled,
  ApplicationRegistered,
  ApplicationSecretRotated,
  ApplicationUpdated,
  type ApplicationTerms,
} from '@gatehouse/contracts';
import type { Decider } from '@gatehouse/kernel';
import { refuseUngrantable } from '../../permissions/grantable.js';
import {
  registrationTokenUnknown,
  type ReplaceRegistration,
  replaceRegistration,
} from '../registration/replace-registration.js';
import type {
  ApplicationCommand,
  RegisterApplication,
  RotateApplicationSecret,
  UpdateApplication,
} from './application.commands.js';
import {
  applicationIdTaken,
  applicationInvalid,
  applicationNotEnabled,
  applicationNotFound,
} from './application.errors.js';
import type { ApplicationEvent } from './application.events.js';

/** Where an application is in its life. */
export type Application =
  | { readonly status: 'absent' }
  | { readonly status: 'enabled'; readonly terms: ApplicationTerms }
  | { readonly status: 'disabled'; readonly terms: ApplicationTerms };

type Registered = Exclude<Application, { status: 'absent' }>;

/** The rules of an application's life. */
export const applicationDecider: Decider<ApplicationCommand, ApplicationEvent, Application> = {
  initial: { status: 'absent' },
  decide(command, application) {
    const { applicationId } = command;
    switch (command.kind) {
      case 'register':
        return register(command, application);
      case 'update':
        return update(command, known(applicationId, application));
      case 'replace-registration':
        return replace(command, known(applicationId, application));
      case 'rotate-secret':
        return rotate(command, known(applicationId, application));
      case 'disable':
        return known(applicationId, application).status === 'disabled'
          ? []
          : [{ type: ApplicationDisabled.type, data: { applicationId, reason: command.reason } }];
      case 'enable':
        return known(applicationId, application).status === 'enabled'
          ? []
          : [{ type: ApplicationEnabled.type, data: { applicationId, reason: command.reason } }];
    }
  },
  evolve(application, event) {
    switch (event.type) {
      case 'application.registered.v1': {
        const { applicationId: _id, secret: _secret, ...terms } = event.data;
        return { status: 'enabled', terms };
      }
      case 'application.updated.v1':
        return application.status === 'absent'
          ? application
          : { ...application, terms: { ...application.terms, ...event.data.changes } };
      case 'application.secret-rotated.v1':
        return application;
      case 'application.disabled.v1':
        return application.status === 'absent' ? application : { ...application, status: 'disabled' };
      case 'application.enabled.v1':
        return application.status === 'absent' ? application : { ...application, status: 'enabled' };
    }
  },
};

function register(
  { applicationId, terms, secret, grantedBy }: RegisterApplication,
  application: Application,
): ApplicationEvent[] {
  if (application.status !== 'absent') throw applicationIdTaken(applicationId);
  refuseUngrantable(terms.scopes, grantedBy); // it must not become a way to scopes its maker does not hold
  return [{ type: ApplicationRegistered.type, data: { applicationId, ...terms, secret } }];
}

function update(
  { applicationId, changes, grantedBy }: UpdateApplication,
  { terms }: Registered,
): ApplicationEvent[] {
  const differing = Object.fromEntries(
    Object.entries(changes).filter(
      ([field, value]) =>
        value !== undefined && !isDeepStrictEqual(value, terms[field as keyof ApplicationTerms] ?? null),
    ),
  ) as UpdateApplication['changes'];
  if (Object.keys(differing).length === 0) return [];
  if (differing.redirectUris && !terms.grantTypes.includes('authorization_code'))
    throw applicationInvalid('redirectUris', 'only an application with authorization_code takes any');
  if (differing.serviceAccountId && !terms.grantTypes.every(actsForItself))
    throw applicationInvalid(
      'serviceAccountId',
      'people take part in grants of this application; register another one',
    );
  if (differing.proof && !terms.proof)
    throw applicationInvalid('proof', 'this application has a secret or is public; register another one');
  refuseUngrantable(
    (differing.scopes ?? []).filter((scope) => !terms.scopes.includes(scope)),
    grantedBy,
  );
  return [{ type: ApplicationUpdated.type, data: { applicationId, changes: differing } }];
}

function replace(command: ReplaceRegistration, { status, terms }: Registered): ApplicationEvent[] {
  if (status === 'disabled') throw registrationTokenUnknown(); // it is no client any more
  return replaceRegistration(command, terms);
}

function rotate(
  { applicationId, secret, now, overlapSeconds }: RotateApplicationSecret,
  { status, terms }: Registered,
): ApplicationEvent[] {
  if (status === 'disabled') throw applicationNotEnabled('The application is disabled.');
  if (terms.authentication === 'public') throw applicationNotEnabled('A public application has no secret.');
  if (terms.proof) throw applicationNotEnabled('The application has no secret: change its proof instead.');
  const previousRetireAt = new Date(now.getTime() + overlapSeconds * 1000).toISOString();
  return [{ type: ApplicationSecretRotated.type, data: { applicationId, secret, previousRetireAt } }];
}

function known(applicationId: string, application: Application): Registered {
  if (application.status === 'absent') throw applicationNotFound(applicationId);
  return application;
}
