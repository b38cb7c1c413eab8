import { createServer, type ServerResponse } from 'node:http';
import { freePort } from '@gatehouse/testing';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** An issuer of somebody else's: a Kubernetes cluster, a CI provider. It serves its keys and signs what it is told. */
export async function startOutsideIssuer() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let keys: {
    kid: string;
    jwk: JWK;
    privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
  }[] = [];
  let fetches = 0;
  let answer: ((response: ServerResponse) => void) | undefined;
  const server = createServer((_request, response) => {
    fetches++;
    if (answer) return answer(response);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const outside = {
    url,
    jwksUri: `${url}/openid/v1/jwks`,
    fetches: () => fetches,
    /** Answers in another way from now on. */
    answerWith(other: typeof answer): void {
      answer = other;
    },
    /** A new key in place of the old. */
    async rotate(): Promise<void> {
      const { publicKey, privateKey } = await generateKeyPair('RS256');
      const kid = `key-${port}-${fetches}`;
      keys = [{ kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } }];
    },
    /** A token of its, good for five minutes. */
    sign(claims: Record<string, unknown>, header: Record<string, unknown> = {}): Promise<string> {
      const [{ kid, privateKey }] = keys;
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({ iss: url, iat: now, exp: now + 300, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT', ...header })
        .sign(privateKey);
    },
    async stop(): Promise<void> {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
  await outside.rotate();
  return outside;
}
export type OutsideIssuer = Awaited<ReturnType<typeof startOutsideIssuer>>;
