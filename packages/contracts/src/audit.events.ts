import { z } from 'zod';
import { defineEvent } from './event.js';

/** Where the log takes events in: the issuer's feed, or the gateways' request batches. */
export const IntakeStream = z.enum(['issuer', 'requests']);
export type IntakeStream = z.infer<typeof IntakeStream>;

/** An event that can never be a leaf was left out of the log, because somebody decided so: it is named, not skipped. */
export const EventQuarantined = defineEvent(
  'EventQuarantined',
  'audit.event-quarantined.v1',
  'audit.event-quarantined',
  z.object({
    stream: IntakeStream,
    /** In the issuer's event store, or the sequence in the stream of request batches. */
    position: z.string().max(64),
    /** As the event says, if it does. */
    eventId: z.string().max(200).nullable(),
    /** Of what was received, hexadecimal: of the JSON text of an issuer's event, of a message's bytes. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** What is wrong with it. */
    rule: z.string().max(1000),
    reason: z.string().max(500),
  }),
);
export type EventQuarantined = z.infer<typeof EventQuarantined.schema>;
