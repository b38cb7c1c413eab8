import type { Provider } from '@nestjs/common';
import { TokenVerdicts } from '../tokens/verify-token/token-verdicts.js';
import { CreditAccounts } from './credit-accounts.js';

/** What tokens may spend, and the verdict that spends it. */
export const creditProviders: Provider[] = [CreditAccounts, TokenVerdicts];
