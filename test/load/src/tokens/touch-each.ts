import { Pool } from 'undici';

const CONNECTIONS = 64;

/**
 * Sends one request with each token, so that the gateway has seen them all.
 * @returns requests per second: what first look-ups cost.
 * @throws Error when a token is refused.
 */
export async function touchEach(gateway: string, tokens: readonly string[]): Promise<number> {
  const pool = new Pool(gateway, { connections: CONNECTIONS });
  const left = tokens.values();
  const worker = async () => {
    for (const token of left) {
      const headers = { authorization: `Bearer ${token}` };
      const { statusCode, body } = await pool.request({ method: 'GET', path: '/bench/hello', headers });
      await body.dump();
      if (statusCode !== 200) throw new Error(`${gateway} answers ${statusCode} to a token that is good`);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  await pool.close();
  return (1000 * tokens.length) / (performance.now() - start);
}
