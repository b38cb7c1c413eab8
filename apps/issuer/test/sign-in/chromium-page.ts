import { chromium } from '@gatehouse/testing';
import { type Browser, type CDPSession, chromium as playwright, type Page } from 'playwright-core';

/** Shorter than a test's, so that a failure names what was waited for. */
const TIMEOUT_MS = 60_000;

/** A real browser with a device that answers by passkey. */
export interface Visitor {
  page: Page;
  /** What the page's policy or script complained of. */
  complaints: string[];
  authenticator: { session: CDPSession; id: string };
  leave(): Promise<void>;
}

export async function openBrowser(): Promise<Browser> {
  const { executablePath, env } = await chromium();
  return playwright.launch({ executablePath, env, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Somebody new: no cookies, and an authenticator that is hers alone. */
export async function visitor(browser: Browser): Promise<Visitor> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) complaints.push(message.text());
  });
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  return {
    page,
    complaints,
    authenticator: { session, id: await plugIn(session) },
    leave: () => context.close(),
  };
}

/** Plugs in a device that keeps passkeys and checks its owner's finger. */
export async function plugIn(session: CDPSession): Promise<string> {
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return authenticatorId;
}
