import { CreateIdentity1700000000239 } from '../identities/create-identity.migration.js';
import { AddTokenPlan1700000000250 } from '../tokens/token-summary/add-token-plan.migration.js';
import { CreateVerifyTokens1700000000241 } from '../tokens/verify-token/create-verify-tokens.migration.js';
import { CreateCredits1700000000240 } from './create-credits.migration.js';
import { CreateCreditLeases1700000000300 } from './leases/create-credit-leases.migration.js';

/** Whose a token is, on which plan, what there is to spend, and how it is spent. */
export const creditMigrations = [
  CreateIdentity1700000000239,
  CreateCredits1700000000240,
  CreateVerifyTokens1700000000241,
  AddTokenPlan1700000000250,
  CreateCreditLeases1700000000300,
];
