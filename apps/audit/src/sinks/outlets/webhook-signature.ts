import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/**
 * The key in a Standard Webhooks secret.
 * @returns nothing when it is none: `whsec_` and the base64 of 24 to 64 bytes.
 */
export function webhookKey(secret: string): Buffer | undefined {
  const text = secret.slice(PREFIX.length);
  const key = Buffer.from(text, 'base64');
  const isKey = secret.startsWith(PREFIX) && key.toString('base64') === text;
  return isKey && key.length >= 24 && key.length <= 64 ? key : undefined;
}

/**
 * The headers of Standard Webhooks, with a signature by each key, so that a receiver may change from one to the next.
 * @param id the same for every attempt: what the receiver is idempotent by.
 */
export function webhookHeaders(
  { id, body, at }: { id: string; body: string; at: Date },
  keys: readonly Buffer[],
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = keys.map(
    (key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
