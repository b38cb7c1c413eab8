import { alertOf, escapeHtml, pageOf, PASSKEY_SCRIPT } from './page.js';

/** What an application asks a person for, in words. */
export interface ConsentAsked {
  uid: string;
  application: string;
  /** OpenID scopes. */
  identity: readonly string[];
  /** Scopes by resource. */
  resources: Readonly<Record<string, readonly string[]>>;
  /** What the tenant says of its own scopes. */
  told: ReadonlyMap<string, string>;
}

const IDENTITY: Record<string, string> = {
  openid: 'know who you are',
  email: 'see your e-mail address',
  profile: 'see your name',
  offline_access: 'stay connected while you are away',
};

/** What a person is asked to sign in with. */
export interface LoginAsked {
  uid: string;
  application: string;
  /** What stands in the field already. */
  email: string;
  /** Why the attempt before did not work. */
  failure?: string | undefined;
  /** Options for the browser; `undefined`: passkeys do not work here. */
  passkey?: object | undefined;
  /** Where else she may sign in. */
  providers: readonly { id: string; name: string }[];
}

export function loginPage({ uid, application, email, failure, passkey, providers }: LoginAsked): string {
  return pageOf(
    'Sign in',
    `<p>to continue to <strong>${escapeHtml(application)}</strong></p>
${failure === undefined ? '' : alertOf(failure)}
<form method="post" action="/interaction/${escapeHtml(uid)}/login">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" required${email === '' ? ' autofocus' : ''} autocomplete="username" value="${escapeHtml(email)}">
<label for="password">Password</label>
<input id="password" name="password" type="password" required${email === '' ? '' : ' autofocus'} autocomplete="current-password">
<button type="submit">Sign in</button>
</form>
${passkeyForm(uid, 'Sign in with a passkey', passkey)}
${providers.map((provider) => providerLink(uid, provider)).join('\n')}
${abortForm(uid)}`,
  );
}

/** A link: a form’s answer may not redirect to a place that the page’s policy does not name. */
const providerLink = (uid: string, { id, name }: { id: string; name: string }): string =>
  `<a class="button" href="/interaction/${escapeHtml(uid)}/provider/${escapeHtml(id)}">Sign in with ${escapeHtml(name)}</a>`;

export function consentPage({ uid, application, identity, resources, told }: ConsentAsked): string {
  const inWords = (scope: string): string => {
    const description = told.get(scope);
    return description === undefined ? scope : `${scope} (${description})`;
  };
  const wishes = [
    ...identity.map((scope) => IDENTITY[scope] ?? `use “${scope}”`),
    ...Object.entries(resources).map(
      ([resource, scopes]) => `use ${scopes.map(inWords).join(', ')} at ${resource}`,
    ),
  ];
  return pageOf(
    'Allow access?',
    `<p><strong>${escapeHtml(application)}</strong> wants to:</p>
<ul>${wishes.map((wish) => `<li>${escapeHtml(wish)}</li>`).join('')}</ul>
<form method="post" action="/interaction/${escapeHtml(uid)}/consent">
<button type="submit" autofocus>Allow</button>
</form>
${abortForm(uid)}`,
  );
}

/** The script fills in `credential` when the person's device has answered. */
export const passkeyForm = (uid: string, label: string, options: object | undefined): string =>
  options === undefined
    ? ''
    : `<form method="post" action="/interaction/${escapeHtml(uid)}/passkey" data-passkey="get" data-options="${escapeHtml(JSON.stringify(options))}">
<input type="hidden" name="credential" value="">
<button type="submit" class="quiet">${escapeHtml(label)}</button>
</form>
${PASSKEY_SCRIPT}`;

export const abortForm = (
  uid: string,
): string => `<form method="post" action="/interaction/${escapeHtml(uid)}/abort">
<button type="submit" class="quiet">Cancel</button>
</form>`;
