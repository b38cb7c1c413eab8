import type { KoaContextWithOIDC } from 'oidc-provider';
import { alertOf, escapeHtml, pageHeaders, pageOf } from './page.js';

/** The pages of the device flow (RFC 8628 §3.3). The forms' hidden fields are the engine's. */
export const devicePages = {
  userCodeInputSource(ctx: KoaContextWithOIDC, form: string, _out?: unknown, error?: unknown): Promise<void> {
    const failed =
      error === undefined ? '' : alertOf('That code is not known, or has expired. Please try again.');
    return show(
      ctx,
      'Connect a device',
      `${failed}
<form method="post" action="${actionOf(form)}">
${hiddenFieldsOf(form)}
<label for="user_code">Code shown on your device</label>
<input id="user_code" name="user_code" required autofocus autocomplete="off" autocapitalize="characters" spellcheck="false">
<button type="submit">Continue</button>
</form>`,
    );
  },

  userCodeConfirmSource(
    ctx: KoaContextWithOIDC,
    form: string,
    client: { clientName?: string | undefined; clientId: string },
    _device: unknown,
    userCode: string,
  ): Promise<void> {
    const name = escapeHtml(client.clientName ?? client.clientId);
    return show(
      ctx,
      'Is this your device?',
      `<p><strong>${name}</strong> shows this code:</p>
<p><code>${escapeHtml(userCode)}</code></p>
<p>Go on only if you see the same code on a device in front of you.</p>
<form method="post" action="${actionOf(form)}">
${hiddenFieldsOf(form)}
<button type="submit">Yes, continue</button>
<button type="submit" class="quiet" name="abort" value="yes">No, cancel</button>
</form>`,
    );
  },

  successSource(ctx: KoaContextWithOIDC): Promise<void> {
    return show(ctx, 'Your device is connected', '<p>You can close this page and go back to it.</p>');
  },
};

function show(ctx: KoaContextWithOIDC, title: string, body: string): Promise<void> {
  ctx.set(pageHeaders());
  ctx.body = pageOf(title, body);
  return Promise.resolve();
}

const actionOf = (form: string): string => /action="([^"]*)"/.exec(form)?.[1] ?? '';

const hiddenFieldsOf = (form: string): string =>
  (form.match(/<input[^>]*type="hidden"[^>]*>/g) ?? []).join('\n');
