import {
  type AuditEntry,
  ConsistencyProof,
  type EntriesQuery,
  type ExportQuery,
  EntryPage,
  EvidenceControls,
  EvidencePage,
  type EvidenceQuery,
  InclusionProof,
  LogCounts,
  PoisonList,
  PoisonView,
  type QuarantineBody,
  ReconcileAnswer,
  type ReconcileBody,
  StreamAnswer,
  type StreamQuery,
  WitnessesAnswer,
} from '@gatehouse/contracts';
import type { ApiOptions } from './api-options.js';
import { itemsOf } from './lib/pages.js';
import { ServiceChannel } from './lib/service-channel.js';

/** A report for auditors: of a control, of a person or a token, of keys, or of privileges. */
export type EvidenceReport =
  | { control: string }
  | { person: string }
  | { token: string }
  | 'key-ceremonies'
  | 'privileged-actions';

/** Which entries to read, from index `cursor` on: all that is given must hold. */
export type EntriesFilter = Partial<EntriesQuery>;

/** The audit log: its entries and the proofs that nobody changed them. Needs `audit:read`. Errors as with `IssuerApi`. */
export class AuditApi {
  readonly #channel: ServiceChannel;

  constructor(options: ApiOptions) {
    this.#channel = new ServiceChannel(options);
  }

  /**
   * The latest checkpoint: a C2SP signed note, verbatim.
   * @param witnessed the latest that at least so many witnesses have cosigned; 0, the default: the latest.
   */
  checkpoint(witnessed = 0): Promise<string> {
    return this.#channel.getText('/v1/checkpoint', witnessed > 0 ? { witnessed } : {});
  }

  /** Who has cosigned what. */
  witnesses(): Promise<WitnessesAnswer> {
    return this.#channel.getJson('/v1/witnesses', {}, WitnessesAnswer);
  }

  /** Matching leaves, oldest first unless asked otherwise, fetched page by page as the caller reads on. */
  entries(filter: EntriesFilter = {}): AsyncGenerator<AuditEntry, void> {
    return itemsOf((cursor) =>
      this.#channel.getJson('/v1/entries', { ...filter, cursor: cursor ?? filter.cursor }, EntryPage),
    );
  }

  /**
   * The next entries after an index, in the log’s order and without a gap: give `last` back as `after`.
   * @param query `wait`: seconds to wait for news, at most 25; must stay below the client’s time-out.
   */
  stream(query: Partial<StreamQuery> = {}): Promise<StreamAnswer> {
    return this.#channel.getJson('/v1/stream', query, StreamAnswer);
  }

  /**
   * The whole log, a JSON document a line: what `gatehouse audit verify` reads. The operator's alone,
   * with `audit:personal`. As `csv`, for spreadsheets, each row has its proof.
   * Ends early without an error only if the server does: the first line says how many entries must follow.
   */
  exportLines(format: ExportQuery['format'] = 'ndjson'): AsyncGenerator<string, void> {
    return this.#channel.getLines(format === 'ndjson' ? '/v1/export' : `/v1/export?format=${format}`);
  }

  /**
   * Proof that leaf `index` is in the tree of `size` leaves (RFC 9162 §2.1.3).
   * @param size default: the latest checkpoint's.
   */
  inclusionProof(index: number, size?: number): Promise<InclusionProof> {
    return this.#channel.getJson('/v1/proof/inclusion', { index, size }, InclusionProof);
  }

  /**
   * Proof that the tree of `from` leaves is a prefix of the tree of `to` leaves (RFC 9162 §2.1.4).
   * @param to default: the latest checkpoint's size.
   */
  consistencyProof(from: number, to?: number): Promise<ConsistencyProof> {
    return this.#channel.getJson('/v1/proof/consistency', { from, to }, ConsistencyProof);
  }

  /** How much of what the log holds. The operator's alone. */
  counts(): Promise<LogCounts> {
    return this.#channel.getJson('/v1/counts', {}, LogCounts);
  }

  /** Holds one page of the issuer's feed against the log, and logs what is missing if asked to (`audit:write`). */
  reconcile(body: ReconcileBody): Promise<ReconcileAnswer> {
    return this.#channel.postJson({ path: '/v1/reconcile', body, repeatable: true }, ReconcileAnswer);
  }

  /** The controls of SOC 2, ISO 27001, PCI DSS and HIPAA that there are reports for. */
  controls(): Promise<EvidenceControls> {
    return this.#channel.getJson('/v1/evidence/controls', {}, EvidenceControls);
  }

  /** The entries of a report, oldest first unless asked otherwise, fetched page by page as the caller reads on. */
  evidence(report: EvidenceReport, span: Partial<EvidenceQuery> = {}): AsyncGenerator<AuditEntry, void> {
    const { path, query } = evidenceRequest(report);
    return itemsOf((cursor) =>
      this.#channel.getJson(
        `/v1/evidence/${path}`,
        { limit: 500, ...span, ...query, cursor: cursor ?? span.cursor },
        EvidencePage,
      ),
    );
  }

  /** What the log has halted at. The operator's alone. */
  poisons(): Promise<PoisonList> {
    return this.#channel.getJson('/v1/quarantine', {}, PoisonList);
  }

  /** Decides that the log goes on without what it halted at, and says so in the log (`audit:write`). */
  quarantine(body: QuarantineBody): Promise<PoisonView> {
    return this.#channel.postJson({ path: '/v1/quarantine', body, repeatable: true }, PoisonView);
  }

  /** Lets go of the kept-alive connections once the calls under way have ended. */
  close(): Promise<void> {
    return this.#channel.close();
  }
}

function evidenceRequest(report: EvidenceReport): { path: string; query: Record<string, string> } {
  if (typeof report === 'string') return { path: report, query: {} };
  if ('control' in report) return { path: `controls/${encodeURIComponent(report.control)}`, query: {} };
  return { path: 'access', query: report };
}
