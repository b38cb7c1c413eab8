import type { AuditApi } from '@gatehouse/client';
import type { AuditEntry } from '@gatehouse/contracts';
import { UsageError } from '../usage-error.js';
import { canonicalJson } from './verifier/canonical-json.js';
import { openCheckpoint, readCheckpoint, type SignedCheckpoint } from './verifier/checkpoint-note.js';
import { hashOfLeaf } from './verifier/hash.js';
import { LogKey } from './verifier/log-key.js';
import { rootFromInclusion } from './verifier/root-from-inclusion.js';

/** What was found out about one entry. */
export interface InclusionResult {
  index: number;
  eventId: string;
  type: string;
  subject: string;
  size: number;
  /** Base64. */
  root: string;
  proven: boolean;
  /** The body expired under the retention policy: what is proven is the place of its hash. */
  expired?: true;
  /** Why it is not proven. */
  flaw?: string;
}

/**
 * Fetches the checkpoint, the entry and its proof, and verifies them here.
 * @param verifierKey C2SP verifier key of the log; absent: the checkpoint's signature is not looked at.
 */
export async function proveInclusion(
  audit: AuditApi,
  index: number,
  verifierKey: string | undefined,
): Promise<InclusionResult> {
  const note = await audit.checkpoint();
  const checkpoint = verifierKey ? openCheckpoint(note, [LogKey.parse(verifierKey)]) : readCheckpoint(note);
  if (index >= checkpoint.size)
    throw new UsageError(`the log has ${checkpoint.size} entries: the last is ${checkpoint.size - 1}`);
  const entry = await entryAt(audit, index);
  const flaw = await flawOf(audit, entry, checkpoint);
  return {
    index,
    eventId: entry.eventId,
    type: entry.type,
    subject: entry.subject,
    size: checkpoint.size,
    root: base64(checkpoint.root),
    proven: flaw === undefined,
    ...(entry.expired ? { expired: true } : {}),
    ...(flaw === undefined ? {} : { flaw }),
  };
}

async function flawOf(
  audit: AuditApi,
  entry: AuditEntry,
  { size, root }: SignedCheckpoint,
): Promise<string | undefined> {
  if (entry.redacted) return 'personal fields are left out of it: the token lacks audit:personal';
  // The leaf's content is the RFC 8785 form of the event; once that has expired, the log says the hash alone.
  const leaf = entry.expired ? Buffer.from(entry.leafHash, 'base64') : hashOfLeaf(canonicalJson(entry.event));
  if (base64(leaf) !== entry.leafHash) return 'the event is not what the leaf was made of';
  const { proof } = await audit.inclusionProof(entry.index, size);
  const hashes = proof.map((hash) => Buffer.from(hash, 'base64'));
  const proven = rootFromInclusion({ index: entry.index, size, leafHash: leaf, proof: hashes });
  return proven?.equals(root) ? undefined : 'the proof does not lead to the root of the checkpoint';
}

async function entryAt(audit: AuditApi, index: number): Promise<AuditEntry> {
  for await (const entry of audit.entries({ cursor: index, limit: 1 })) {
    if (entry.index === index) return entry;
    break;
  }
  throw new Error(`the log does not show its entry ${index}`);
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
