import type { Provider, Type } from '@nestjs/common';
import type { IssuerConfig } from '../issuer.config.js';
import { ISSUER_CONFIG } from '../issuer.tokens.js';
import { LeakIntake } from './leak-intake.js';
import { LeakReports } from './leak-reports.js';
import { LeaksController } from './leaks.controller.js';
import { ScannerKeys } from './scanner-keys.js';
import { SignedBodies } from './signed-bodies.js';

export const leakControllers: Type[] = [LeaksController];

/** What happens when a token leaks. */
export const leakProviders: Provider[] = [
  {
    provide: ScannerKeys,
    inject: [ISSUER_CONFIG],
    useFactory: (config: IssuerConfig) =>
      new ScannerKeys(config.LEAK_SCANNER_KEYS, config.LEAK_SCANNER_KEYS_URL),
  },
  SignedBodies,
  LeakIntake,
  LeakReports,
];
