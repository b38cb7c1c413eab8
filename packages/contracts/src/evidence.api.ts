import { z } from 'zod';
import { AuditEntry, EntriesQuery } from './audit.api.js';
import { pageOf } from './page.js';

/** A requirement that somebody audits, and the entries of the log that show how it is met. */
export const EvidenceControl = z.object({
  /** e.g. `soc2-cc6.3`. */
  id: z.string(),
  framework: z.enum(['SOC 2', 'ISO 27001:2022', 'PCI DSS 4.0', 'HIPAA']),
  /** As the framework counts it, e.g. `CC6.3`. */
  control: z.string(),
  /** What it asks for, in few words. */
  asks: z.string(),
  /** What of Gatehouse answers it. */
  shownBy: z.string(),
  /** Names in code of the events that are looked for. */
  events: z.array(z.string()),
});
export type EvidenceControl = z.infer<typeof EvidenceControl>;

/** Answer of `GET /v1/evidence/controls`. */
export const EvidenceControls = z.object({ items: z.array(EvidenceControl) });
export type EvidenceControls = z.infer<typeof EvidenceControls>;

/** Query of every report: a span of time, a page of entries, oldest first unless asked otherwise. */
export const EvidenceQuery = EntriesQuery.pick({
  tenant: true,
  from: true,
  to: true,
  order: true,
  cursor: true,
  limit: true,
});
export type EvidenceQuery = z.infer<typeof EvidenceQuery>;

/** Query of `GET /v1/evidence/access`: all that somebody did and that was done about him; one of the two. */
export const AccessReportQuery = EvidenceQuery.extend({
  person: EntriesQuery.shape.person,
  token: EntriesQuery.shape.token,
}).refine(({ person, token }) => (person === undefined) !== (token === undefined), {
  path: ['person'],
  message: 'give either a person or a token',
});
export type AccessReportQuery = z.infer<typeof AccessReportQuery>;

/** A page of a report. Each entry can be proven against the checkpoint of the size it names, or any later one. */
export const EvidencePage = pageOf(AuditEntry).extend({
  /** What was asked, in words. */
  report: z.string(),
  /** Leaves of the log that were looked at: all below this. */
  searchedTo: z.int(),
});
export type EvidencePage = z.infer<typeof EvidencePage>;
