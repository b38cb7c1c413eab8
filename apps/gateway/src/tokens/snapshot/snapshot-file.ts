import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { z } from 'zod';
import type { KeptApi, PublishedApis } from '../../publishing/published-apis.js';
import type { TokenChange, TokenChanges } from '../token-changes.js';
import { BootInstant } from './boot-instant.js';

const FORMAT = 'gatehouse-revocations-2';
/** A few milliseconds' work. */
const PART_CHARACTERS = 128 * 1024;
const NEWLINE = 0x0a;

/** The last event a view holds: enough to ask the issuer whether it still stands where it stood. */
export const FeedPlace = z.strictObject({ id: z.string(), position: z.string(), preceding: z.string() });
export type FeedPlace = z.infer<typeof FeedPlace>;

const SnapshotEnd = z.strictObject({
  place: FeedPlace,
  /** When the view was last known complete. */
  asOf: BootInstant.optional(),
  /** The newest change that was forgotten for want of room. */
  forgotten: z.strictObject({ position: z.string(), atMs: z.number().nullable() }),
});
export type SnapshotEnd = z.infer<typeof SnapshotEnd>;

/** What was read back. */
export interface Snapshot extends SnapshotEnd {
  /** Read as they are taken, once: together they would weigh several times what a gateway makes of them. */
  readonly changes: Iterable<[tokenId: string, change: TokenChange]>;
  readonly apis: KeptApi[];
}

/** What a snapshot is of. */
export interface Kept {
  readonly changes: TokenChanges;
  readonly published: PublishedApis;
}

/** The file is not one this gateway wrote, or not as it wrote it. */
export class SnapshotDamaged extends Error {}

/** Who holds the service token may write snapshots; a new service token, or another installation's, voids the old ones. */
export const snapshotKey = (serviceToken: string): Buffer =>
  Buffer.from(hkdfSync('sha256', serviceToken, '', 'gatehouse gateway snapshot', 32));

/**
 * Writes a snapshot beside the old one and puts it in its place when it is whole and on the disk. Goes on in pieces,
 * so that requests are served meanwhile; changes that come in between are in it or not, which is the same to a reader
 * who goes on from `place`.
 */
export async function writeSnapshot(
  path: string,
  key: Buffer,
  { changes, published }: Kept,
  { place, asOf }: Pick<SnapshotEnd, 'place' | 'asOf'>,
): Promise<void> {
  const apis = published.snapshot(); // as of `place`: nothing comes in between
  const fresh = `${path}.new`;
  const mac = createHmac('sha256', key);
  const file = await open(fresh, 'w', 0o600);
  try {
    const put = async (text: string) => {
      mac.update(text);
      await file.write(text);
    };
    let part = `${FORMAT}\n${apis}\n`;
    for (const [id, { position, atMs, kind }] of changes) {
      part += `${JSON.stringify([id, position, atMs, kind])}\n`;
      if (part.length < PART_CHARACTERS) continue;
      await put(part);
      part = '';
    }
    await put(`${part}${JSON.stringify({ place, asOf, forgotten: changes.forgottenUpTo })}\n`);
    await file.write(`${mac.digest('base64url')}\n`);
    await file.sync();
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}

/**
 * @returns `undefined` when there is none.
 * @throws SnapshotDamaged unless every byte is as it was written under this key.
 */
export function readSnapshot(path: string, key: Buffer): Snapshot | undefined {
  const bytes = contentOf(path);
  if (!bytes) return undefined;
  const signed = bytes.subarray(0, bytes.lastIndexOf(NEWLINE, -2) + 1);
  const given = bytes.subarray(signed.length).toString('latin1');
  const expected = `${createHmac('sha256', key).update(signed).digest('base64url')}\n`;
  if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected)))
    throw new SnapshotDamaged('its signature does not verify');
  const endsAt = signed.lastIndexOf(NEWLINE, -2) + 1;
  const lines = linesIn(signed.subarray(0, endsAt));
  if (lines.next().value !== FORMAT) throw new SnapshotDamaged(`its format is not ${FORMAT}`);
  const apis = JSON.parse(lines.next().value ?? '[]') as KeptApi[];
  const end = SnapshotEnd.parse(JSON.parse(signed.toString('utf8', endsAt)));
  return { ...end, apis, changes: changesIn(lines) };
}

function* linesIn(bytes: Buffer): Generator<string, undefined> {
  for (let from = 0, to: number; from < bytes.length; from = to + 1) {
    to = bytes.indexOf(NEWLINE, from);
    yield bytes.toString('utf8', from, to);
  }
}

function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Not checked again: the signature says that this code wrote them. */
function* changesIn(lines: Iterable<string>): Generator<[string, TokenChange]> {
  for (const line of lines) {
    const [id, position, atMs, kind] = JSON.parse(line) as [string, string, number, TokenChange['kind']];
    yield [id, { position, atMs, kind }];
  }
}
