import type { SignalDefinition } from '@gatehouse/contracts';
import type { NatsConnection, Subscription } from '@nats-io/nats-core';
import type { z } from 'zod';

/** Sends a signal. A level that cannot be sent now is sent again soon, so a lost connection is no error. */
export function sendSignal<Data extends z.ZodType>(
  nats: NatsConnection,
  signal: SignalDefinition<Data>,
  sender: string,
  data: z.infer<Data>,
): void {
  if (nats.isClosed()) return;
  nats.publish(signal.subject(sender), JSON.stringify(data));
}

/** Receives a signal of every sender, or of one; a malformed one is ignored, because the next one follows soon. */
export function onSignal<Data extends z.ZodType>(
  nats: NatsConnection,
  signal: SignalDefinition<Data>,
  receive: (data: z.infer<Data>) => void,
  sender?: string,
): Subscription {
  return nats.subscribe(sender === undefined ? signal.all : signal.subject(sender), {
    callback: (error, message) => {
      if (error) return;
      const parsed = signal.schema.safeParse(jsonOf(message));
      if (parsed.success) receive(parsed.data);
    },
  });
}

function jsonOf(message: { json(): unknown }): unknown {
  try {
    return message.json();
  } catch {
    return undefined;
  }
}
