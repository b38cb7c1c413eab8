import type { EventDefinition } from '@gatehouse/contracts';
import type { StoredEvent } from '@gatehouse/event-store';
import type { z } from 'zod';

type Definition = EventDefinition<string, string, z.ZodType>;

/** An event as a stream holds it: its type, and what it carries. */
export type Stored<D extends Definition> = D extends Definition
  ? { type: D['type']; data: z.infer<D['data']> }
  : never;

/**
 * Reads the events of a stream, given what can happen in it.
 * @throws when the store holds a type this build does not know, or data that breaks its definition.
 */
export function storedEventsOf<const Definitions extends readonly Definition[]>(...definitions: Definitions) {
  const byType = new Map(definitions.map((definition) => [definition.type, definition]));
  return ({ type, data, streamId }: StoredEvent): Stored<Definitions[number]> => {
    const definition = byType.get(type);
    if (!definition) throw new Error(`stream ${streamId} holds an unknown event: ${type}`);
    return { type, data: definition.data.parse(data) } as Stored<Definitions[number]>;
  };
}
