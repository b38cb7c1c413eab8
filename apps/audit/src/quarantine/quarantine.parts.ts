import { PoisonFinder } from './poison-finder.js';
import { QuarantineLog } from './quarantine-log.js';
import { QuarantineController } from './quarantine.controller.js';

/** What is done about events that can never be logged. */
export const quarantineParts = {
  controllers: [QuarantineController],
  providers: [PoisonFinder, QuarantineLog],
} as const;
