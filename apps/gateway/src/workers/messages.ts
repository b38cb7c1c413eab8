import { z } from 'zod';

/** What a worker wants to know of all others, because any of them answers at the shared admin port. */
export const Question = z.discriminatedUnion('about', [
  z.object({ about: z.literal('metrics') }),
  z.object({ about: z.literal('decision'), requestId: z.string(), tenant: z.string() }),
  z.object({
    about: z.literal('purge'),
    tenant: z.string(),
    route: z.string().optional(),
    prefix: z.string().optional(),
    dryRun: z.boolean(),
  }),
]);
export type Question = z.infer<typeof Question>;

/** From a worker to the primary process. */
export const FromWorker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('ask'), id: z.int(), question: Question }),
  z.object({ kind: z.literal('answer'), key: z.string(), answer: z.unknown() }),
]);
export type FromWorker = z.infer<typeof FromWorker>;

/** From the primary process to a worker. */
export const FromPrimary = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('question'), key: z.string(), question: Question }),
  z.object({ kind: z.literal('answers'), id: z.int(), answers: z.array(z.unknown()) }),
]);
export type FromPrimary = z.infer<typeof FromPrimary>;
