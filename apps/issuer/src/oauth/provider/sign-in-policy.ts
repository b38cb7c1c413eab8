import { interactionPolicy } from 'oidc-provider';
import { levelOf, neededLevel } from '../../sign-in/assurance.js';

/** Why a person is asked once more: what she has shown is not enough for this. */
export const ACR_NEEDED = 'acr_needed';

/** When a person has to sign in. */
export function signInPolicy(): interactionPolicy.DefaultPolicy {
  const { base, Check } = interactionPolicy;
  const prompts = base();
  const login = prompts.get('login');
  login?.checks.add(
    // A session is of one tenant; at another's application the person has to sign in.
    new Check('unknown_here', 'End-User authentication is required', 'login_required', ({ oidc }) =>
      oidc.session?.accountId !== undefined && oidc.account === undefined
        ? Check.REQUEST_PROMPT
        : Check.NO_NEED_TO_PROMPT,
    ),
  );
  login?.checks.add(
    // RFC 9470 §4: an application that asks for it gets it, or an error.
    new Check(ACR_NEEDED, 'a second factor is required', 'unmet_authentication_requirements', ({ oidc }) =>
      oidc.session?.accountId !== undefined &&
      levelOf(oidc.session.acr) < neededLevel(oidc.params?.['acr_values'])
        ? Check.REQUEST_PROMPT
        : Check.NO_NEED_TO_PROMPT,
    ),
  );
  return prompts;
}
