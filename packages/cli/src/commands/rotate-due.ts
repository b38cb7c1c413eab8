import { randomUUID } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { IssuerApi } from '@gatehouse/client';
import type { TokenView } from '@gatehouse/contracts';
import { ExitCode } from '../exit-code.js';
import { Progress } from '../progress.js';
import { firstOf } from '../resources/listing.js';
import type { Surroundings } from '../surroundings.js';
import { plainTable } from '../table.js';
import { UsageError } from '../usage-error.js';

const DAY_MS = 86_400_000;

/** What `gatehouse tokens rotate --due` is told. */
export interface DueOptions {
  days: number;
  limit: number;
  overlap?: number;
  yes?: boolean;
  dryRun?: boolean;
  out?: string;
  json?: boolean;
}

type NewSecret = Pick<TokenView, 'id' | 'name'> & { token: string };

/** Lists the tokens whose policy wants a new secret, and with `yes` gives them one. */
export async function rotateDue(
  issuer: IssuerApi,
  options: DueOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { terminal } = surroundings;
  const due = await firstOf(issuer.list({ rotationDue: options.days }), options.limit, terminal, 'taken');
  if (options.yes && !options.dryRun) return rotateAll(issuer, due, options, surroundings);
  await terminal.print(options.json ? due.map((t) => JSON.stringify(t)).join('\n') : dueTable(due));
  terminal.note(`${due.length} to rotate; nothing was changed (--yes rotates them)`);
}

async function rotateAll(
  issuer: IssuerApi,
  due: readonly TokenView[],
  { out, overlap, json }: DueOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { terminal } = surroundings;
  const file = out === undefined ? undefined : await newFile(out);
  const progress = new Progress(terminal, 'rotated', due.length);
  let done = 0;
  try {
    for (const { id, name } of due) {
      if (terminal.signal.aborted) break;
      try {
        const { token } = await issuer.rotate(
          id,
          { overlapSeconds: overlap },
          { idempotencyKey: randomUUID() },
        );
        const secret = { id, name, token };
        await (file ? write(file, secret) : terminal.print(json ? JSON.stringify(secret) : lineOf(secret)));
        progress.update(++done);
      } catch (error) {
        terminal.note(`${id}: ${error instanceof Error ? error.message : String(error)}`);
        surroundings.exitCode = ExitCode.failure;
      }
    }
  } finally {
    progress.stop();
    await file?.close();
  }
  if (done > 0)
    terminal.note(out ? `The new secrets are in ${out}.` : 'Keep them now: they are not shown again.');
  terminal.signal.throwIfAborted();
}

/** Only for its owner, and never in the place of another file: what is in there may be nowhere else. */
async function newFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    throw new UsageError(`--out: ${path} cannot be made, or is there already`, { cause: error });
  }
}

/** On disk before the next one is rotated. */
async function write(file: FileHandle, secret: NewSecret): Promise<void> {
  await file.write(`${JSON.stringify(secret)}\n`);
  await file.sync();
}

const lineOf = ({ id, name, token }: NewSecret): string => `${id}  ${token}  ${name}`;

const dueTable = (tokens: readonly TokenView[]): string =>
  plainTable(
    ['id', 'name', 'ends in', 'secret since', 'due', 'last used'],
    tokens.map(({ id, name, last4, secrets, rotation, lastUsed }) => {
      const since = secrets[0]?.addedAt ?? '';
      return [id, name, last4, since, dueAt(since, rotation?.everyDays ?? 0), lastUsed?.at ?? 'never'];
    }),
  );

const dueAt = (since: string, everyDays: number): string =>
  since === '' ? '' : new Date(Date.parse(since) + everyDays * DAY_MS).toISOString();
