import type { EventDefinition } from '@gatehouse/contracts';
import type { z } from 'zod';
import { leafOf } from './leaf.js';
import type { Leaf } from './leaf.js';

/** What differs from one of audit's own events to the next. */
export interface AuditFact<Data> {
  id: string;
  subject: string;
  tenant: string;
  /** Who decided. */
  actor: string;
  data: Data;
}

/** The leaf of something that was decided about the log itself. It is logged like any other event. */
export function auditLeafOf<Data extends z.ZodType>(
  { type, schema }: EventDefinition<string, string, Data>,
  fact: AuditFact<z.input<Data>>,
): Leaf {
  const event = {
    specversion: '1.0',
    source: 'audit',
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    type,
    ...fact,
  };
  schema.parse(event);
  return leafOf('audit', event);
}
