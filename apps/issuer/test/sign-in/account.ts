import { Secret, TOTP } from 'otpauth';
import { Browser, type Page } from '../oauth/browser.js';
import { PASSWORD, type Stage } from '../oauth/stage.js';

export const ACCOUNT = '/account/default';

/** A person of her own, for one test. */
export async function newPerson(stage: Stage, name: string): Promise<{ id: string; email: string }> {
  const email = `${name}@example.com`;
  const { body } = await stage.call('POST', '/v1/users', { email, name, password: PASSWORD });
  return { id: String(body.id), email };
}

/** An authenticator app. Each code it shows is one step later than the one before, as if time had passed. */
export class App {
  private step = 0;

  constructor(private readonly totp: TOTP) {}

  static of(page: Page): App {
    const secret = /class="key">([^<]+)</.exec(page.html)?.[1] ?? '';
    return new App(new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }));
  }

  /**
   * A code that is good now and was not shown before: of this step, then of the next. Both stay good for half a minute at
   * least; one of the step before would not when the next begins at this moment.
   */
  code(): string {
    this.step = Math.max(this.step + 1, this.totp.counter());
    return this.totp.generate({ timestamp: this.step * 30_000 });
  }

  codeAt(steps: number): string {
    return this.totp.generate({ timestamp: Date.now() + steps * 30_000 });
  }
}

/** Signs in to the account pages with a password. */
export async function openAccount(stage: Stage, email: string): Promise<{ browser: Browser; page: Page }> {
  const browser = new Browser(stage.url);
  const login = await browser.visit(ACCOUNT);
  const page = await browser.submit(login, { email, password: PASSWORD }, 'password');
  return { browser, page };
}

/** Sets up an authenticator app; the first one is followed by recovery codes. */
export async function enrolApp(
  stage: Stage,
  email: string,
): Promise<{ browser: Browser; app: App; codes: string[] }> {
  const { browser, page } = await openAccount(stage, email);
  const begun = await browser.submit(page, {}, 'totp/begin');
  const app = App.of(begun);
  const shown = await browser.submit(begun, { code: app.code() }, 'code');
  const codes = [...shown.html.matchAll(/<li><code>([^<]+)</g)].map(([, code]) => code);
  return { browser, app, codes };
}
