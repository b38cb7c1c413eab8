import { CreateFactor1700000000140 } from './factors/create-factor.migration.js';

/** The tables of signing in. Apart from its parts: the database is opened before there are any. */
export const signInMigrations = [CreateFactor1700000000140];
