import type { KoaContextWithOIDC } from 'oidc-provider';
import { alertOf, escapeHtml, pageHeaders, pageOf } from './page.js';
import { SUSPENDED_PAGE } from './suspended-page.js';

/** OpenID Connect RP-Initiated Logout §2: the person is asked. */
export function logoutPage(ctx: KoaContextWithOIDC, form: string): Promise<void> {
  const { post_logout_redirect_uri: next } = ctx.oidc.params ?? {};
  ctx.set(pageHeaders(typeof next === 'string' ? [new URL(next).origin] : []));
  ctx.body = pageOf(
    'Sign out?',
    `${form}
<button form="op.logoutForm" type="submit" name="logout" value="yes" autofocus>Yes, sign me out</button>
<button form="op.logoutForm" type="submit" class="quiet">No, stay signed in</button>`,
  );
  return Promise.resolve();
}

export function loggedOutPage(ctx: KoaContextWithOIDC): Promise<void> {
  ctx.set(pageHeaders());
  ctx.body = pageOf('You are signed out', '<p>You can close this page.</p>');
  return Promise.resolve();
}

/** Says whether the tenant of a client is suspended. */
export type IsSuspended = (clientId: string) => Promise<boolean>;

/** An error that cannot be sent back to the application, because it cannot be told who that is. */
export const errorPage =
  (isSuspended: IsSuspended) =>
  async (
    ctx: KoaContextWithOIDC,
    { error, error_description: description }: { error: string; error_description?: string | undefined },
  ): Promise<void> => {
    ctx.set(pageHeaders());
    const clientId = ctx.oidc.params?.['client_id'];
    if (typeof clientId === 'string' && (await isSuspended(clientId))) {
      ctx.status = 403;
      ctx.body = SUSPENDED_PAGE;
      return;
    }
    ctx.body = pageOf(
      'This did not work',
      `${alertOf(description ?? 'The request could not be completed.')}<p>${escapeHtml(error)}</p>`,
    );
  };
