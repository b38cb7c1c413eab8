import { hash, verify } from '@node-rs/argon2';

/** OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, 2 passes, 1 lane is the least. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Compared against when there is no such user, so that the answer takes as long. */
const NOBODYS = hash('nobody has this password', COST);

/** Argon2id in PHC string format. */
export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), COST);

/** @param kept `undefined`: there is no such user; the same work is done, and the answer is no. */
export async function isPassword(password: string, kept: string | undefined): Promise<boolean> {
  const matches = await verify(kept ?? (await NOBODYS), password.normalize('NFKC'));
  return matches && kept !== undefined;
}
