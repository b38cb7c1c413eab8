import { openCheckpoint } from './checkpoint-note.js';
import { checkedLeafHash, statedLeafHash } from './entry-check.js';
import { ExpiredBodies } from './expired-bodies.js';
import type { EntryLine, ExpiredLine, LogLine } from './export-line.js';
import { parseExportLine } from './export-line.js';
import { Flaw } from './flaw.js';
import { GrowingTree } from './growing-tree.js';
import { KeptCheckpoints } from './kept-checkpoints.js';
import { LogKey } from './log-key.js';
import { type Witnessed, WitnessCount } from './witness-count.js';

/** What the log is held against. */
export interface Trust {
  /** C2SP verifier keys; none: the key that the export itself names. */
  keys: readonly string[];
  /** Texts of checkpoints kept elsewhere. */
  kept: readonly string[];
  /** C2SP verifier keys of witnesses, and how many of them must have cosigned. */
  witnesses?: { keys: readonly string[]; least: number };
}

/** A log that is what it claims to be. */
export interface SoundLog {
  origin: string;
  verifierKey: string;
  size: number;
  /** Base64. */
  root: string;
  /** How many checkpoints of the log agree with its leaves. */
  checkpoints: number;
  /** How many of those kept agree with them: each is thereby consistent with each other one. */
  kept: number;
  /** How many entries have no body any more, because the retention policy of the log says so. */
  expired: number;
  /** The largest tree that enough witnesses cosigned; absent when none had to. */
  witnessed?: Witnessed;
}

/**
 * Checks a whole log: that each leaf is the hash of its event, unless that has expired, and that the leaves make every root that was ever signed
 * or kept. Reads once, in constant memory.
 * @param lines of an export.
 * @throws Flaw naming the first bad entry.
 */
export async function verifyLog(lines: AsyncIterable<string>, trust: Trust): Promise<SoundLog> {
  let check: LogCheck | undefined;
  for await (const text of lines) {
    const line = parseExportLine(text);
    if (line.kind === 'log') {
      if (check) throw new Flaw('the export says twice what log it is');
      check = new LogCheck(line, trust);
    } else if (!check) throw new Flaw('the export does not begin with what log it is');
    else if (line.kind === 'entry') check.entry(line);
    else if (line.kind === 'expired') check.expired(line);
    else check.checkpoint(line.note);
  }
  if (!check) throw new Flaw('the export is empty');
  return check.end();
}

class LogCheck {
  private readonly keys: readonly LogKey[];
  private readonly kept: KeptCheckpoints;
  private readonly tree = new GrowingTree();
  private readonly bodies = new ExpiredBodies();
  private readonly witnesses: WitnessCount | undefined;
  private checkpoints = 0;
  private signedSize = -1;
  /** The largest trees that are beyond doubt: as signed, and as kept. Who has the key can sign another past. */
  private readonly agreed = { signed: 0, kept: 0 };

  constructor(
    private readonly log: LogLine,
    trust: Trust,
  ) {
    this.keys = (trust.keys.length > 0 ? trust.keys : [log.verifierKey]).map((line) => LogKey.parse(line));
    if (!this.keys.some(({ name }) => name === log.origin))
      throw new Flaw(`this is the log "${log.origin}", and no key given is its own`);
    this.kept = KeptCheckpoints.open(trust.kept, this.keys);
    this.witnesses = trust.witnesses && new WitnessCount(trust.witnesses);
    this.compareWithKept();
  }

  entry(line: EntryLine): void {
    this.assertNext(line.index);
    this.tree.add(checkedLeafHash(line));
    this.bodies.see(line);
    this.compareWithKept();
  }

  /** Without its body an entry still has its place in the tree. */
  expired(line: ExpiredLine): void {
    this.assertNext(line.index);
    this.tree.add(statedLeafHash(line));
    this.bodies.add(line.index);
    this.compareWithKept();
  }

  checkpoint(note: string): void {
    const { size, root } = openCheckpoint(note, this.keys);
    if (size !== this.tree.size)
      throw new Flaw(`a checkpoint of size ${size} stands after ${this.tree.size} entries`);
    if (!root.equals(this.tree.root()))
      throw this.notAsSigned(`the entries do not make the root that was signed for size ${size}`, 'signed');
    this.agreed.signed = size;
    this.signedSize = size;
    this.checkpoints += 1;
    this.witnesses?.see(size, note);
  }

  end(): SoundLog {
    const { size } = this.tree;
    if (size < this.kept.largestSize)
      throw new Flaw(
        `the log was cut: it has ${size} entries, a kept checkpoint covers ${this.kept.largestSize}`,
        {
          entry: this.agreed.kept, // since then, entries may have been taken out as well as off the end
          lastEntry: size,
        },
      );
    if (size !== this.log.size)
      throw new Flaw(`the export ends after ${size} of ${this.log.size} entries`, { entry: size });
    if (this.signedSize !== size) throw new Flaw(`no checkpoint covers all ${size} entries`);
    this.bodies.end();
    const witnessed = this.witnesses?.enough();
    return {
      origin: this.log.origin,
      verifierKey: this.log.verifierKey,
      size,
      root: this.tree.root().toString('base64'),
      checkpoints: this.checkpoints,
      kept: this.kept.count,
      expired: this.bodies.count,
      ...(witnessed ? { witnessed } : {}),
    };
  }

  private assertNext(index: number): void {
    const expected = this.tree.size;
    if (index > expected)
      throw new Flaw(`the entry is missing: ${index} stands in its place`, { entry: expected });
    if (index < expected) throw new Flaw('the entry stands there twice, or too late', { entry: index });
  }

  private compareWithKept(): void {
    const { size } = this.tree;
    const kept = this.kept.at(size);
    if (!kept) return;
    if (!kept.root.equals(this.tree.root()))
      throw this.notAsSigned(`the entries do not make the root that was kept for size ${size}`, 'kept');
    this.agreed.kept = size;
    this.agreed.signed = size;
    this.witnesses?.see(size, kept.note);
  }

  private notAsSigned(reason: string, against: keyof LogCheck['agreed']): Flaw {
    const lastEntry = this.tree.size - 1;
    return new Flaw(reason, lastEntry < 0 ? {} : { entry: this.agreed[against], lastEntry });
  }
}
