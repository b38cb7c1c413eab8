import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD, type Stage, setStage } from '../oauth/stage.js';
import { ACCOUNT } from './account.js';

const ORIGIN = 'https://issuer.example';

/** One answer, with the cookies it sets as they are written. */
interface Answered {
  status: number;
  location: string;
  html: string;
  headers: Headers;
  cookies: string[];
}

const named = (cookies: readonly string[], name: string) =>
  cookies.filter((cookie) => cookie.startsWith(`${name}=`) || cookie.startsWith(`${name}.sig=`));

/** The issuer as people reach it: by https, at a proxy that ends TLS and speaks plain HTTP with it. */
describe('cookies over https (F72)', () => {
  let stage: Stage;
  const jar = new Map<string, string>();

  beforeAll(async () => {
    stage = await setStage({ PUBLIC_URL: ORIGIN });
  });
  afterAll(() => stage.stop());

  /** What the proxy sends on. The issuer must not need its word for being reached by https. */
  async function ask(url: string, form?: Record<string, string>): Promise<Answered> {
    const { pathname, search } = new URL(url, ORIGIN);
    const response = await fetch(stage.url + pathname + search, {
      redirect: 'manual',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form ? { origin: ORIGIN } : {}),
      },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    const cookies = response.headers.getSetCookie();
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const location = response.headers.get('location') ?? '';
    return {
      status: response.status,
      location,
      html: await response.text(),
      headers: response.headers,
      cookies,
    };
  }
  const until = async (url: string, isThere: (answer: Answered) => boolean): Promise<Answered> => {
    let answer = await ask(url);
    for (let hops = 0; hops < 8 && !isThere(answer); hops++) answer = await ask(answer.location);
    return answer;
  };

  it('are bound to this host or at least to https, out of reach of scripts, and not sent by other sites’ forms', async () => {
    const account = await ask(ACCOUNT);
    expect(account.location).toMatch(/^https:\/\/issuer\.example\/oauth\/authorize/);
    const authorize = await ask(account.location);
    for (const cookie of authorize.cookies) {
      expect(cookie).toMatch(/^__(Host|Secure)-gh_/);
      expect(cookie).toMatch(/; secure/i);
      expect(cookie).toMatch(/; httponly/i);
      expect(cookie).toMatch(/; samesite=lax/i);
      expect(cookie).not.toMatch(/; domain=/i);
    }
    expect(named(authorize.cookies, '__Secure-gh_interaction')).toHaveLength(2);
    const login = await ask(authorize.location);
    const page = await ask(`${authorize.location}/login`, { email: stage.user.email, password: PASSWORD });
    expect([login.status, page.status]).toEqual([200, 303]);
    const signedIn = await ask(page.location);
    const session = named(signedIn.cookies, '__Host-gh_session');
    expect(session).toHaveLength(2);
    for (const cookie of session) {
      expect(cookie).toMatch(/; path=\/(;|$)/i);
      expect(cookie).toMatch(/; secure/i);
      expect(cookie).toMatch(/; httponly/i);
      expect(cookie).not.toMatch(/; domain=/i);
    }
  });

  it('let nobody frame, script or keep the pages', async () => {
    const { html, headers } = await until(ACCOUNT, ({ status }) => status === 200);
    expect(html).toContain('Your account');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  it('are taken back when the person signs out', async () => {
    const before = jar.get('__Host-gh_session');
    const page = await ask('/oauth/logout');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const { cookies } = await ask('/oauth/logout/confirm', { xsrf, logout: 'yes' });
    expect(named(cookies, '__Host-gh_session')[0]).toMatch(
      /^__Host-gh_session=; .*expires=Thu, 01 Jan 1970/i,
    );
    jar.set('__Host-gh_session', before ?? '');
    expect((await ask(ACCOUNT)).status).toBe(303);
  });
});
