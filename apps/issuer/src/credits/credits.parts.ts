import type { Provider, Type } from '@nestjs/common';
import { TokenVerdicts } from '../tokens/verify-token/token-verdicts.js';
import { CreditAccounts } from './credit-accounts.js';
import { CreditLeases } from './leases/credit-leases.js';
import { LeaseCreditsController } from './leases/lease-credits.controller.js';

/** Where gateways get credits to spend. */
export const creditControllers: Type[] = [LeaseCreditsController];

/** What tokens may spend, what is lent to gateways, and the verdict that spends it. */
export const creditProviders: Provider[] = [CreditAccounts, CreditLeases, TokenVerdicts];
