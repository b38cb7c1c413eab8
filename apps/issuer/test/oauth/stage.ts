import type { RegisterApplicationBody, RegisteredApplication } from '@gatehouse/contracts';
import { freePort } from '@gatehouse/testing';
import { startIssuer } from '../start-issuer.js';

export const RESOURCE = 'https://api.example';
export const CALLBACK = 'https://client.example/callback';
export const PASSWORD = 'correct horse battery staple';

/** An issuer that knows where it is, with one person who can sign in. */
export async function setStage(environment: Record<string, string> = {}) {
  const port = await freePort();
  const issuer = await startIssuer({
    PORT: `${port}`,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    ...environment,
  });
  const email = 'ada@example.com';
  const { body: user } = await issuer.call('POST', '/v1/users', { email, name: 'Ada', password: PASSWORD });
  return {
    ...issuer,
    user: { id: String(user.id), email },
    /** Registers an application that may do what most tests need. */
    async register(terms: Partial<RegisterApplicationBody> = {}): Promise<RegisteredApplication> {
      const answer = await issuer.call('POST', '/v1/applications', {
        name: 'Test',
        grantTypes: ['client_credentials'],
        resources: [RESOURCE],
        scopes: ['demo:read', 'demo:write'],
        ...terms,
      });
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return answer.body as RegisteredApplication;
    },
    /** Registers an application people sign in to. */
    registerWeb(terms: Partial<RegisterApplicationBody> = {}): Promise<RegisteredApplication> {
      return this.register({
        grantTypes: ['authorization_code', 'refresh_token'],
        redirectUris: [CALLBACK],
        ...terms,
      });
    },
    /** Events of a type, oldest first. */
    async events(
      type: string,
    ): Promise<{ stream_id: string; data: Record<string, unknown>; tenant: string }[]> {
      return issuer.dataSource.query(
        'select stream_id, data, tenant from events where type = $1 order by position',
        [type],
      );
    },
  };
}
export type Stage = Awaited<ReturnType<typeof setStage>>;
