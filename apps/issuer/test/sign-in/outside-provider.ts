import { createServer } from 'node:http';
import { freePort } from '@gatehouse/testing';
import { Provider } from 'oidc-provider';

/** Whom it signs in, without asking anything. */
export interface Person {
  sub: string;
  email: string;
  email_verified: boolean;
  name: string;
}

/** An OpenID Connect provider of somebody else's: a real one, whose people are signed in by saying who comes next. */
export async function startOutsideProvider(redirectUri: string) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let person: Person = { sub: 'nobody', email: '', email_verified: false, name: '' };
  const provider = new Provider(url, {
    clients: [{ client_id: 'gatehouse', client_secret: 'outside-secret', redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['outside'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...person, sub }) }),
    interactions: { url: (_ctx, { uid }) => `/sign-in/${uid}` },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client!.clientId,
        accountId: oidc.session!.accountId!,
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  const server = createServer((request, response) => {
    // Under this path it is discovered by a name that is not its own.
    request.url = request.url?.replace(/^\/another-name/, '') ?? '/';
    if (request.url.startsWith('/sign-in/'))
      void provider.interactionFinished(request, response, { login: { accountId: person.sub } });
    else void handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url,
    signsIn(next: Person): void {
      person = next;
    },
    async stop(): Promise<void> {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}
