import { CreateIdentityProvider1700000000143 } from './outside/create-identity-provider.migration.js';
import { CreatePasswordReset1700000000142 } from './passwords/create-password-reset.migration.js';
import { CreateSession1700000000141 } from './sessions/create-session.migration.js';
import { CreateFactor1700000000140 } from './factors/create-factor.migration.js';

/** The tables of signing in. Apart from its parts: the database is opened before there are any. */
export const signInMigrations = [
  CreateFactor1700000000140,
  CreateSession1700000000141,
  CreatePasswordReset1700000000142,
  CreateIdentityProvider1700000000143,
];
