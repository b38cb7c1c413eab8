import type { IssuerApi } from '@gatehouse/client';
import type { Console } from '../console.js';

/** Issued with one request. */
const AT_ONCE = 500;
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
  const one = { name: 'bench', scopes: [scope], expiresInSeconds: 86_400 };
  while (issued.length < count) {
    const asked = Array.from({ length: Math.min(AT_ONCE, count - issued.length) }, () => one);
    for (const result of await issuer.issueMany(asked)) {
      if (!result.ok) throw new Error(`a token is not issued: ${result.problem.detail}`);
      issued.push({ id: result.value.id, token: result.value.token });
    }
    if (issued.length % SAY_EVERY === 0) console.line(`  ${issued.length}/${count} tokens issued`);
  }
  return issued;
}
