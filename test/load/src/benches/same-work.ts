import type { Contestant } from '../contest.js';

/** A call and how it must end. */
export interface Proof {
  what: string;
  token: string;
  status: number;
}

/**
 * Sees that a proxy really does the work it is measured at.
 * @throws Error when it lets through what it must refuse, or the other way round.
 */
export async function provesItsWork({ name, url }: Contestant, proofs: readonly Proof[]): Promise<void> {
  for (const { what, token, status } of proofs) {
    const answer = await fetch(`${url}/bench/hello`, { headers: { authorization: `Bearer ${token}` } });
    await answer.arrayBuffer();
    if (answer.status !== status)
      throw new Error(`${name} answers ${what} with ${answer.status} instead of ${status}`);
  }
}

/** The same token with another signature, or another checksum. */
export const tampered = (token: string): string => {
  const at = token.length - 10;
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
};
