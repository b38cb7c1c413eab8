import { Pool } from 'undici';

const CONNECTIONS = 64;

/**
 * Sends one request with each token, so that the gateway has seen them all.
 * @param expected how each is to be answered.
 * @returns requests per second: what first look-ups cost.
 * @throws Error when one is answered otherwise.
 */
export async function touchEach(
  gateway: string,
  tokens: readonly string[],
  expected: 200 | 401 = 200,
): Promise<number> {
  const pool = new Pool(gateway, { connections: CONNECTIONS });
  const left = tokens.values();
  const worker = async () => {
    for (const token of left) {
      const headers = { authorization: `Bearer ${token}` };
      const { statusCode, body } = await pool.request({ method: 'GET', path: '/bench/hello', headers });
      await body.dump();
      if (statusCode !== expected)
        throw new Error(`${gateway} answers ${statusCode} to a token that it has to answer with ${expected}`);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  await pool.close();
  return (1000 * tokens.length) / (performance.now() - start);
}
