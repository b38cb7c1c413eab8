import type { FactorView, SessionView } from '@gatehouse/contracts';
import { renderSVG } from 'uqr';
import { alertOf, escapeHtml, pageOf, PASSKEY_SCRIPT } from '../../oauth/pages/page.js';
import type { NewTotp } from '../factors/totp/totp-factors.js';
import { accountPath } from './account-client.js';
import { passwordSection } from './password-views.js';
import { sessionSection } from './session-views.js';

/** What the first account page shows. */
export interface AccountShown {
  tenant: string;
  email: string;
  factors: readonly FactorView[];
  sessions: readonly SessionView[];
  /** The session it is shown in. */
  here: string | undefined;
  /** Options for the browser to make a passkey; `undefined`: they do not work here. */
  passkey?: object | undefined;
  failure?: string | undefined;
}

export function accountPage(shown: AccountShown): string {
  const { tenant, email, factors, sessions, here, passkey, failure } = shown;
  const path = accountPath(tenant);
  const hasTotp = factors.some(({ kind }) => kind === 'totp');
  return pageOf(
    'Your account',
    `<p>Signed in as <strong>${escapeHtml(email)}</strong></p>
${failure === undefined ? '' : alertOf(failure)}
<h2>Ways to prove who you are</h2>
<p>Beside your password. With one of these set up, a stolen password is not enough.</p>
<ul class="things">${factors.map((factor) => factorItem(path, factor)).join('')}</ul>
${hasTotp ? '' : buttonForm(`${path}/totp/begin`, 'Set up an authenticator app')}
${passkey === undefined ? '' : newPasskeyForm(path, passkey)}
${buttonForm(`${path}/recovery-codes`, 'Make new recovery codes', 'quiet')}
${sessionSection(path, sessions, here)}
${passwordSection(path, escapeHtml(email))}`,
  );
}

export function totpPage(tenant: string, { uri, secret }: NewTotp, failure?: string): string {
  return pageOf(
    'Set up an authenticator app',
    `${failure === undefined ? '' : alertOf(failure)}
<p>Scan this with the app, then enter the six digits it shows.</p>
<div class="qr" role="img" aria-label="QR code; the key below says the same">${renderSVG(uri, { border: 2 })}</div>
<p>Or type this key in: <code class="key">${escapeHtml(secret.replace(/(.{4})(?=.)/g, '$1 '))}</code></p>
<form method="post" action="${accountPath(tenant)}/totp">
<label for="code">Code</label>
<input id="code" name="code" required autofocus autocomplete="one-time-code" inputmode="numeric" pattern="[0-9 ]{6,7}" maxlength="7">
<button type="submit">Confirm</button>
</form>
<p><a href="${accountPath(tenant)}">Not now</a></p>`,
  );
}

export function recoveryCodesPage(tenant: string, codes: readonly string[]): string {
  return pageOf(
    'Your recovery codes',
    `<p>Each lets you in once, when nothing else is at hand. Keep them where you would keep a key: they are not shown again.</p>
<ul class="codes">${codes.map((code) => `<li><code>${code}</code></li>`).join('')}</ul>
<p><a href="${accountPath(tenant)}">I have kept them</a></p>`,
  );
}

const WHAT: Record<FactorView['kind'], string> = {
  totp: 'Authenticator app',
  passkey: 'Passkey',
  'recovery-codes': 'Recovery codes',
};

function factorItem(path: string, { id, kind, name, remaining, lastUsedAt }: FactorView): string {
  const what = name === null ? WHAT[kind] : `${WHAT[kind]} “${name}”`;
  const more = remaining === null ? usedText(lastUsedAt) : `${remaining} left`;
  return `<li><span>${escapeHtml(what)}<br><small>${escapeHtml(more)}</small></span>
<form method="post" action="${path}/factors/${id}/remove"><button type="submit" class="quiet" aria-label="Remove ${escapeHtml(what)}">Remove</button></form></li>`;
}

const usedText = (lastUsedAt: string | null): string =>
  lastUsedAt === null ? 'not used yet' : `last used on ${lastUsedAt.slice(0, 10)}`;

const buttonForm = (action: string, label: string, style = ''): string =>
  `<form method="post" action="${action}"><button type="submit" class="${style}">${label}</button></form>`;

const newPasskeyForm = (path: string, options: object): string =>
  `<form method="post" action="${path}/passkeys" data-passkey="create" data-options="${escapeHtml(JSON.stringify(options))}">
<label for="passkey-name">Name of a new passkey</label>
<input id="passkey-name" name="name" required maxlength="60" autocomplete="off" value="This device">
<input type="hidden" name="credential" value="">
<button type="submit">Add a passkey</button>
</form>
${PASSKEY_SCRIPT}`;
