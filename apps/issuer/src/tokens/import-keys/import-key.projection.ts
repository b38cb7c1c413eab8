import type { Project } from '@gatehouse/event-store';
import { importKeyEventOf } from './import-key.decider.js';

/**
 * Keeps `import_key` true, in the transaction that appends the events.
 * @param sealed the bytes of a key just added: they are no part of the history, so that they can be erased.
 */
export const projectImportKeys =
  (sealed: Buffer | null = null): Project =>
  async (manager, events) => {
    for (const stored of events) {
      const { type, data } = importKeyEventOf(stored);
      if (type === 'import-key.removed.v1')
        await manager.query('delete from import_key where id = $1', [data.importKeyId]);
      else
        await manager.query(
          `insert into import_key (id, tenant, name, sealed_key, created_at, created_by)
           values ($1, $2, $3, $4, $5, $6)`,
          [data.importKeyId, stored.tenant, data.name, sealed, stored.at, stored.metadata.actor],
        );
    }
  };
