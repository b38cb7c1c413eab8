import { z } from 'zod';

/** Query of `GET /v1/checkpoint`. */
export const CheckpointQuery = z.strictObject({
  /** The latest that so many witnesses have cosigned; 0, the default: the latest. */
  witnessed: z.coerce.number().int().min(0).max(100).default(0),
});
export type CheckpointQuery = z.infer<typeof CheckpointQuery>;

/** Answer of `GET /v1/witnesses`. */
export const WitnessesAnswer = z.object({
  /** Of the latest checkpoint. */
  size: z.int(),
  /** How many witnesses have cosigned it so far. */
  cosigned: z.int(),
  witnesses: z.array(
    z.object({
      name: z.string(),
      /** C2SP verifier key, for `gatehouse audit verify --witness`. */
      verifierKey: z.string(),
      /** Of the largest checkpoint it has cosigned; 0 for none. */
      cosignedSize: z.int(),
      cosignedAt: z.iso.datetime().nullable(),
      /** `refused`: what it has seen of the log contradicts what it was sent; find out why at once. */
      status: z.enum(['waiting', 'cosigning', 'failing', 'refused']),
      lastError: z.string().nullable(),
    }),
  ),
});
export type WitnessesAnswer = z.infer<typeof WitnessesAnswer>;
