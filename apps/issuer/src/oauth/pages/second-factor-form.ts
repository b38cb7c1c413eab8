import type { SecondFactors } from '../../sign-in/factors/factors.js';
import { abortForm, passkeyForm } from './interaction-forms.js';
import { alertOf, escapeHtml, pageOf } from './page.js';

/** What a person is asked for after her first factor. */
export interface SecondFactorAsked {
  uid: string;
  application: string;
  has: SecondFactors;
  /** Why the attempt before did not work. */
  failure?: string | undefined;
  /** Options for the browser, for whoever has a passkey. */
  passkey?: object | undefined;
}

export function secondFactorPage({ uid, application, has, failure, passkey }: SecondFactorAsked): string {
  return pageOf(
    'One more step',
    `<p>to continue to <strong>${escapeHtml(application)}</strong></p>
${failure === undefined ? '' : alertOf(failure)}
${has.totp || has.recoveryCodes ? codeForm(uid, has) : ''}
${passkeyForm(uid, 'Use a passkey', passkey)}
${abortForm(uid)}`,
  );
}

function codeForm(uid: string, { totp, recoveryCodes }: SecondFactors): string {
  const hints = [
    ...(totp ? ['the six digits your authenticator app shows'] : []),
    ...(recoveryCodes ? ['one of your recovery codes'] : []),
  ];
  return `<form method="post" action="/interaction/${escapeHtml(uid)}/code">
<label for="code">Code</label>
<p id="code-hint" class="hint">Enter ${hints.join(', or ')}.</p>
<input id="code" name="code" required autofocus autocomplete="one-time-code" autocapitalize="off" spellcheck="false" maxlength="40" aria-describedby="code-hint">
<button type="submit">Continue</button>
</form>`;
}
