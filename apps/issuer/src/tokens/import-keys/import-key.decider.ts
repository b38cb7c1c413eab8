import { ImportKeyAdded, ImportKeyRemoved } from '@gatehouse/contracts';
import type { Decider } from '@gatehouse/kernel';
import { storedEventsOf } from '../../stored-events.js';
import { importKeyNotFound } from './import-key.errors.js';

export const importKeyEventOf = storedEventsOf(ImportKeyAdded, ImportKeyRemoved);

/** What can happen in an import key's stream. */
export type ImportKeyEvent = ReturnType<typeof importKeyEventOf>;

/** Its bytes never change: another key is another stream. */
export type ImportKey = { readonly status: 'absent' | 'usable' | 'removed' };

export type ImportKeyCommand =
  | { kind: 'add'; importKeyId: string; name: string }
  | { kind: 'remove'; importKeyId: string };

/** The rules of an import key's life. */
export const importKeyDecider: Decider<ImportKeyCommand, ImportKeyEvent, ImportKey> = {
  initial: { status: 'absent' },
  decide(command, { status }) {
    const { importKeyId } = command;
    switch (command.kind) {
      case 'add':
        return status === 'absent'
          ? [{ type: ImportKeyAdded.type, data: { importKeyId, name: command.name } }]
          : [];
      case 'remove':
        if (status === 'absent') throw importKeyNotFound(importKeyId);
        return status === 'removed' ? [] : [{ type: ImportKeyRemoved.type, data: { importKeyId } }];
    }
  },
  evolve(_state, event) {
    switch (event.type) {
      case 'import-key.added.v1':
        return { status: 'usable' };
      case 'import-key.removed.v1':
        return { status: 'removed' };
    }
  },
};
