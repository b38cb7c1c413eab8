import { Expirer } from './expirer.js';
import { LegalHoldsController } from './legal-holds/legal-holds.controller.js';
import { LegalHolds } from './legal-holds/legal-holds.js';
import { RetentionController } from './retention.controller.js';
import { RetentionRunner } from './retention-runner.js';
import { RetentionStore } from './retention-store.js';
import { Retention } from './retention.js';

/** How long bodies are kept, and what keeps them longer. */
export const retentionParts = {
  controllers: [RetentionController, LegalHoldsController],
  providers: [Retention, RetentionStore, RetentionRunner, Expirer, LegalHolds],
} as const;
