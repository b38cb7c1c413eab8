import { EvidenceController } from './evidence.controller.js';
import { EvidenceReports } from './evidence-reports.js';

/** What auditors ask for. */
export const evidenceParts = { controllers: [EvidenceController], providers: [EvidenceReports] } as const;
