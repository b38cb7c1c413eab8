import { z } from 'zod';
import { ApplicationId, ApplicationTerms } from './application.fields.js';
import { defineEvent } from './event.js';
import { SecretData } from './token.events.js';

/** An OAuth client. A public one has no secret. */
export const ApplicationRegistered = defineEvent(
  'ApplicationRegistered',
  'application.registered.v1',
  'apps.registered',
  z.object({ applicationId: ApplicationId, ...ApplicationTerms.shape, secret: SecretData.nullable() }),
);
export type ApplicationRegistered = z.infer<typeof ApplicationRegistered.schema>;

/** Only changed fields are present, each with its new value. */
export const ApplicationUpdated = defineEvent(
  'ApplicationUpdated',
  'application.updated.v1',
  'apps.updated',
  z.object({
    applicationId: ApplicationId,
    changes: ApplicationTerms.omit({ authentication: true }).partial(),
  }),
);
export type ApplicationUpdated = z.infer<typeof ApplicationUpdated.schema>;

/** A new secret; the one before works until `previousRetireAt`, any older one no more. */
export const ApplicationSecretRotated = defineEvent(
  'ApplicationSecretRotated',
  'application.secret-rotated.v1',
  'apps.secret-rotated',
  z.object({ applicationId: ApplicationId, secret: SecretData, previousRetireAt: z.iso.datetime() }),
);
export type ApplicationSecretRotated = z.infer<typeof ApplicationSecretRotated.schema>;

/** The application gets no more tokens, and those it holds are revoked. */
export const ApplicationDisabled = defineEvent(
  'ApplicationDisabled',
  'application.disabled.v1',
  'apps.disabled',
  z.object({ applicationId: ApplicationId, reason: z.string() }),
);
export type ApplicationDisabled = z.infer<typeof ApplicationDisabled.schema>;

export const ApplicationEnabled = defineEvent(
  'ApplicationEnabled',
  'application.enabled.v1',
  'apps.enabled',
  z.object({ applicationId: ApplicationId, reason: z.string() }),
);
export type ApplicationEnabled = z.infer<typeof ApplicationEnabled.schema>;
