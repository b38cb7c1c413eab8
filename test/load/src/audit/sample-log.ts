import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const START = Date.UTC(2025, 0, 1);
const MS_APART = 3_000;
const CHUNK = 2_000;
/** Leaves of one COPY. */
const AT_ONCE = 500_000;
const TYPES = [
  'token.issued.v1',
  'token.revoked.v1',
  'access-token.issued.v1',
  'token.updated.v1',
  'user.signed-in.v1',
];
const RARE_TYPE = 'signing-key.compromised.v1';

/** What the sample's values are drawn from; a query asks for one of them. */
export const sample = {
  at: (n: number): string => new Date(START + n * MS_APART).toISOString(),
  type: (n: number): string => (n % 100_003 === 0 ? RARE_TYPE : TYPES[(n * 7) % TYPES.length]!),
  rareType: RARE_TYPE,
  /** The first tenant has half of all, the second a quarter, and so on. */
  tenant: (n: number): string => `tenant-${Math.min(Math.clz32(scattered(n)), 19)}`,
  actor: (n: number): string => `token:tok_admin${scattered(n) % 2_000}`,
  token: (n: number): string => `tok_${(scattered(n) % 1_000_000).toString(16).padStart(32, '0')}`,
  application: (n: number): string => `app_${scattered(n) % 3_000}`,
  person: (n: number): string => `usr_${scattered(n) % 20_000}`,
  address: (n: number): string => `10.${scattered(n) % 16}.${n % 251}.${n % 241}`,
  outcome: (n: number): string => (n % 97 === 0 ? 'refused' : 'success'),
  /** Some words are in every hundredth entry, most in few. */
  word: (n: number): string => (n % 3 === 0 ? `common${n % 100}` : `word${scattered(n) % 50_000}`),
};

/** The same for the same number, and without any order (Knuth's multiplicative hash). */
const scattered = (n: number): number => Math.imul(n + 1, 2_654_435_761) >>> 0;

/**
 * A log of so many made-up leaves by COPY: they can be searched, not proven, for nobody has made the tree.
 * @param sql on audit's database, as its owner.
 * @param progress is told now and then how many there are.
 */
export async function copySampleLog(
  sql: Client,
  leaves: number,
  progress: (leaves: number) => void,
): Promise<void> {
  await sql.query('begin'); // whoever follows the log sees all of it at once, as after a restore
  for (let from = 0; from < leaves; from += AT_ONCE) {
    const to = Math.min(leaves, from + AT_ONCE);
    await pipeline(Readable.from(chunksOf(from, to)), sql.query(copyFrom('copy audit.leaves from stdin')));
    progress(to);
  }
  await sql.query('commit');
  await sql.query(
    `insert into audit.checkpoints (size, key_id, root, note) values ($1, 'bench', sha256('no tree'), 'none')`,
    [leaves],
  );
}

function* chunksOf(first: number, past: number): Generator<string, void> {
  for (let from = first; from < past; from += CHUNK)
    yield Array.from({ length: Math.min(CHUNK, past - from) }, (_, i) => lineOf(from + i)).join('');
}

/** Columns as in the table. */
function lineOf(n: number): string {
  const event = eventOf(n);
  const canonical = JSON.stringify(event);
  const hash = createHash('sha256').update(canonical).digest('hex');
  const { id, type, source, subject, tenant, actor, time } = event;
  const fields = [
    n,
    'issuer',
    id,
    type,
    source,
    subject,
    tenant,
    actor,
    subject,
    time,
    `\\\\x${hash}`,
    canonical,
  ];
  return `${fields.join('\t')}\n`;
}

function eventOf(n: number) {
  return {
    specversion: '1.0',
    id: `event-${n}`,
    type: sample.type(n),
    source: 'issuer',
    subject: sample.token(n),
    tenant: sample.tenant(n),
    actor: sample.actor(n),
    time: sample.at(n),
    data: {
      tokenId: sample.token(n),
      applicationId: sample.application(n),
      userId: sample.person(n),
      clientAddress: sample.address(n),
      outcome: sample.outcome(n),
      name: `${sample.word(n)} ${sample.word(n + 1)} ${sample.word(n + 2)}`,
      scopes: ['orders:read', 'orders:write'],
    },
  };
}
