import { DomainError } from '@gatehouse/kernel';

export const idempotencyKeyInvalid = (): DomainError =>
  new DomainError(
    'invalid',
    'idempotency-key-invalid',
    'Idempotency-Key: 1–255 visible ASCII characters, best a UUID in quotes.',
  );

export const idempotencyKeyReused = (): DomainError =>
  new DomainError(
    'invalid',
    'idempotency-key-reused',
    'This Idempotency-Key was sent with another request within the last 24 hours. Use a new key for a new request.',
  );

export const idempotencyKeyInUse = (): DomainError =>
  new DomainError(
    'conflict',
    'idempotency-key-in-use',
    'A request with this Idempotency-Key is still being worked on. Repeat this one in a moment for its answer.',
  );
