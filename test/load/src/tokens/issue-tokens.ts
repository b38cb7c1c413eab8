import type { IssuerApi } from '@gatehouse/client';
import type { Console } from '../console.js';

const CONCURRENCY = 32;
const SAY_EVERY = 10_000;

/** A token and its id. */
export interface Issued {
  id: string;
  token: string;
}

/** Issues tokens for one scope through the issuer's API. */
export async function issueTokens(
  issuer: IssuerApi,
  scope: string,
  count: number,
  console: Console,
): Promise<Issued[]> {
  const issued: Issued[] = [];
  let started = 0;
  const worker = async () => {
    while (started++ < count) {
      const { id, token } = await issuer.issue({ name: 'bench', scopes: [scope], expiresInSeconds: 86_400 });
      issued.push({ id, token });
      if (issued.length % SAY_EVERY === 0) console.line(`  ${issued.length}/${count} tokens issued`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, count) }, worker));
  return issued;
}
