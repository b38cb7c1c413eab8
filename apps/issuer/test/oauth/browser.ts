import { PASSWORD } from './stage.js';

/** One page as a browser sees it. */
export interface Page {
  status: number;
  url: URL;
  headers: Headers;
  html: string;
}

interface Submission {
  method?: 'POST';
  body?: URLSearchParams;
  headers?: Record<string, string>;
}

/** A browser without scripts: cookies, redirects and forms, which is all the pages need. */
export class Browser {
  private readonly cookies = new Map<string, { value: string; path: string }>();

  /**
   * @param origin whose pages it shows; a redirect elsewhere is where it stops.
   * @param headers what it sends beside.
   */
  constructor(
    private readonly origin: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** Follows redirects until a page, or until it is sent away from the origin. */
  async visit(url: URL | string, init: Submission = {}): Promise<Page> {
    let at = new URL(url, this.origin);
    for (let hops = 0; hops < 10; hops++) {
      const response = await fetch(at, {
        redirect: 'manual',
        ...init,
        headers: { accept: 'text/html', ...this.headers, cookie: this.cookiesFor(at), ...init.headers },
      });
      this.keepCookies(response.headers);
      const location = response.headers.get('location');
      if (location === null)
        return { status: response.status, url: at, headers: response.headers, html: await response.text() };
      at = new URL(location, at);
      init = {};
      if (at.origin !== this.origin)
        return { status: response.status, url: at, headers: response.headers, html: '' };
    }
    throw new Error(`redirected for ever, lastly to ${at.href}`);
  }

  /** Fills in a form of the page and sends it: the one with the field or button named, else the first. */
  submit(page: Page, fields: Record<string, string>, formWith = ''): Promise<Page> {
    const form = (page.html.match(/<form[\s\S]*?<\/form>/g) ?? []).find((html) => html.includes(formWith));
    const action = form && /action="([^"]*)"/.exec(form)?.[1];
    if (!form || action === undefined) throw new Error(`no form on the page: ${page.status} ${page.html}`);
    const hidden = [...form.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map((m) => [
      m[1],
      m[2],
    ]);
    return this.visit(new URL(action, page.url), {
      method: 'POST',
      body: new URLSearchParams({ ...Object.fromEntries(hidden), ...fields }),
      headers: { origin: this.origin },
    });
  }

  /** Signs in and allows what is asked, as far as it is asked. */
  async signInAndAllow(url: URL | string, email: string, password = PASSWORD): Promise<Page> {
    let page = await this.visit(url);
    if (page.html.includes('name="password"'))
      page = await this.submit(page, { email, password }, 'password');
    if (page.html.includes('>Allow<')) page = await this.submit(page, {}, 'Allow');
    return page;
  }

  private keepCookies(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      const path = /path=([^;]+)/i.exec(line)?.[1] ?? '/';
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, { value: value, path });
    }
  }

  private cookiesFor({ pathname }: URL): string {
    return [...this.cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }
}
