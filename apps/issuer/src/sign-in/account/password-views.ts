import { alertOf, pageOf, RESET_SCRIPT } from '../../oauth/pages/page.js';
import { accountPath } from './account-client.js';

/** Bounds as `NewPassword` has them; the server checks again. */
const NEW_PASSWORD = `<p id="new-hint" class="hint">12 characters or more; several words are best.</p>
<input id="new-password" name="password" type="password" required minlength="12" maxlength="128" autocomplete="new-password" aria-describedby="new-hint">`;

/** @param email tells password managers whose password it is. */
export const passwordSection = (path: string, email: string): string => `<h2>Password</h2>
<p>Changing it signs you out everywhere else.</p>
<form method="post" action="${path}/password">
<input type="hidden" name="username" value="${email}" autocomplete="username">
<label for="current-password">Password now</label>
<input id="current-password" name="current" type="password" required maxlength="128" autocomplete="current-password">
<label for="new-password">New password</label>
${NEW_PASSWORD}
<button type="submit" class="quiet">Change password</button>
</form>`;

/** Where a one-time link leads. Its code is behind the #, which browsers send to nobody; a script puts it in the field. */
const byLinkPage = (
  { title, action, button }: { title: string; action: string; button: string },
  failure: string | undefined,
): string =>
  pageOf(
    title,
    `${failure === undefined ? '' : alertOf(failure)}
<form method="post" action="${action}">
<label for="code">Code</label>
<p id="code-hint" class="hint">What stands behind the # in the link you were given.</p>
<input id="code" name="code" required maxlength="60" autocomplete="off" autocapitalize="off" spellcheck="false" aria-describedby="code-hint">
<label for="new-password">New password</label>
${NEW_PASSWORD}
<button type="submit">${button}</button>
</form>
${RESET_SCRIPT}`,
  );

export const resetPage = (tenant: string, failure?: string): string =>
  byLinkPage(
    { title: 'Choose a new password', action: `${accountPath(tenant)}/password-reset`, button: 'Save' },
    failure,
  );

export const invitationPage = (tenant: string, failure?: string): string =>
  byLinkPage(
    { title: 'You are invited', action: `${accountPath(tenant)}/invitation`, button: 'Accept' },
    failure,
  );

export const welcomePage = (tenant: string): string =>
  pageOf(
    'Welcome',
    `<p>Your account is ready. You sign in with your e-mail address and this password.</p><p><a href="${accountPath(tenant)}">Sign in</a></p>`,
  );

export const resetDonePage = (tenant: string): string =>
  pageOf(
    'Your password is changed',
    `<p>You were signed out everywhere.</p><p><a href="${accountPath(tenant)}">Sign in</a></p>`,
  );
