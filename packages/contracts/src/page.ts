import { z } from 'zod';

/** One page of a list; `nextCursor` goes back as `?cursor=` for the next one, `null` at the end. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** `?limit` of every list. */
export const PageLimit = z.coerce.number().int().min(1).max(500).default(50);
