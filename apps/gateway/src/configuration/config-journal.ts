import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayConfigChanged } from '@gatehouse/contracts';
import type { Logger } from '@gatehouse/service';
import { z } from 'zod';
import type { ConfigSwap, ConfigText } from '../routes/active-routes.js';
import { changesBetween } from './config-changes.js';
import { configEvent } from './config-event.js';
import { versionOf } from './config-version.js';

/** Later ones are in the audit log. */
const MOST_EVENTS = 100;
const Journal = z.strictObject({ text: z.string(), events: z.array(GatewayConfigChanged.schema) });

/** What {@link ConfigJournal} needs. */
export interface ConfigJournalOptions {
  /** This gateway's own directory. */
  readonly dir: string;
  readonly gateway: string;
  readonly logger: Pick<Logger, 'error'>;
}

/**
 * The latest changes of this gateway's configuration, on disk before anybody is told of them, so that a killed process
 * announces them at its next start. Also what was in force last: what changed while the gateway was down is a change.
 */
export class ConfigJournal {
  /** Told of every further one. */
  onEvent: () => void = () => {};
  private readonly path: string;
  private last: string | undefined;
  private kept: readonly GatewayConfigChanged[] = [];

  private constructor(private readonly options: ConfigJournalOptions) {
    this.path = join(options.dir, 'config-changes.json');
  }

  /** @param inForce at the start of the gateway. */
  static open(options: ConfigJournalOptions, inForce: ConfigText): ConfigJournal {
    const journal = new ConfigJournal(options);
    journal.read();
    const { last } = journal;
    if (last === undefined || versionOf(last) !== inForce.version)
      journal.append(last, { after: inForce, author: 'file' });
    return journal;
  }

  /** The oldest first. */
  get events(): readonly GatewayConfigChanged[] {
    return this.kept;
  }

  readonly note = ({ before, after, author }: ConfigSwap): void =>
    this.append(before.text, { after, author });

  private append(before: string | undefined, { after, author }: Pick<ConfigSwap, 'after' | 'author'>): void {
    const event = configEvent({
      gateway: this.options.gateway,
      before: before === undefined ? null : versionOf(before),
      after: after.version,
      author,
      at: new Date(),
      changes: changesBetween(before ?? '', after.text),
    });
    this.kept = [...this.kept, event].slice(-MOST_EVENTS);
    this.last = after.text;
    this.write();
    this.onEvent();
  }

  private read(): void {
    try {
      const { text, events } = Journal.parse(JSON.parse(readFileSync(this.path, 'utf8')));
      [this.last, this.kept] = [text, events];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.options.logger.error(
        { err: error, file: this.path },
        'changes of the configuration are not known',
      );
    }
  }

  /** Synchronous: nobody is answered before. A full disk costs the announcement after a crash, not the change. */
  private write(): void {
    try {
      const file = openSync(`${this.path}.new`, 'w', 0o600);
      try {
        writeSync(file, JSON.stringify({ text: this.last, events: this.kept }));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(`${this.path}.new`, this.path);
    } catch (error) {
      this.options.logger.error({ err: error, file: this.path }, 'a change of the configuration is not kept');
    }
  }
}
