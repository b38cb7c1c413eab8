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
export const resetPage = (tenant: string, failure?: string): string =>
  pageOf(
    'Choose a new password',
    `${failure === undefined ? '' : alertOf(failure)}
<form method="post" action="${accountPath(tenant)}/password-reset">
<label for="code">Code</label>
<p id="code-hint" class="hint">What stands behind the # in the link you were given.</p>
<input id="code" name="code" required maxlength="60" autocomplete="off" autocapitalize="off" spellcheck="false" aria-describedby="code-hint">
<label for="new-password">New password</label>
${NEW_PASSWORD}
<button type="submit">Save</button>
</form>
${RESET_SCRIPT}`,
  );

export const resetDonePage = (tenant: string): string =>
  pageOf(
    'Your password is changed',
    `<p>You were signed out everywhere.</p><p><a href="${accountPath(tenant)}">Sign in</a></p>`,
  );
