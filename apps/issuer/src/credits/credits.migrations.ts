import { CreateVerifyTokens1700000000241 } from '../tokens/verify-token/create-verify-tokens.migration.js';
import { CreateCredits1700000000240 } from './create-credits.migration.js';

export const creditMigrations = [CreateCredits1700000000240, CreateVerifyTokens1700000000241];
