import { DomainError } from '@gatehouse/kernel';

/**
 * What the issuer answers. While it cannot, nobody is let in.
 * @throws DomainError what `ask` throws of that kind; `issuer-unavailable` for anything else.
 */
export async function issuerAnswer<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const detail = 'Your token cannot be checked right now. Try again in a moment.';
    throw new DomainError('unavailable', 'issuer-unavailable', detail, { cause: error });
  }
}
