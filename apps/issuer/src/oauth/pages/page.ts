import { createHash } from 'node:crypto';

/** Readable in either colour scheme, contrast 4.5:1 or better, targets of 44 px (WCAG 2.2, 1.4.3 and 2.5.8). */
const STYLE = `
:root{color-scheme:light dark;--ink:#1a1d21;--paper:#fff;--line:#767c85;--act:#1b4fd1;--on-act:#fff;--bad:#b3121d}
@media(prefers-color-scheme:dark){:root{--ink:#eceef1;--paper:#16181c;--line:#8d949e;--act:#8fb0ff;--on-act:#0c1020;--bad:#ff9c9c}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{width:min(26rem,100% - 2rem);padding:2rem 0}
h1{font-size:1.5rem;margin:0 0 1rem}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input:not([type=hidden]){width:100%;min-height:2.75rem;padding:0 .75rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.4rem}
button{width:100%;min-height:2.75rem;margin-top:1.25rem;font:inherit;font-weight:600;border:1px solid var(--act);border-radius:.4rem;background:var(--act);color:var(--on-act);cursor:pointer}
a.button{display:grid;place-items:center;min-height:2.75rem;margin-top:.75rem;font-weight:600;border:1px solid var(--act);border-radius:.4rem;text-decoration:none}
button.quiet{background:transparent;color:var(--act);margin-top:.75rem}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
[role=alert]{border-left:4px solid var(--bad);padding:.5rem .75rem;color:var(--bad)}
code{font-size:1.5rem;letter-spacing:.1em}
h2{font-size:1.125rem;margin:2rem 0 .5rem}
a{color:var(--act)}
.hint{margin:0 0 .25rem}
.things,.codes{list-style:none;margin:0;padding:0}
.things li{display:flex;gap:1rem;align-items:center;justify-content:space-between;border-top:1px solid var(--line);padding:.75rem 0}
input+button.quiet{margin-top:1.25rem}
.things li>:last-child{flex-shrink:0}
.things button{margin:0;width:auto;padding:0 1rem}
.codes{columns:2}
.codes code,.key{font-size:1rem;letter-spacing:.05em;overflow-wrap:anywhere}
.key{display:block}
.qr{width:14rem;height:14rem;margin:1rem auto;background:#fff;border-radius:.4rem}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Text that may stand in HTML, also in a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A whole page. `body` is HTML: everything from outside in it has gone through {@link escapeHtml}. */
export const pageOf = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>
<h1>${escapeHtml(title)}</h1>
${body}
</main></body>
</html>
`;

/** All scripts there are: one talks to the browser's passkeys, one takes the code out of a one-time link. */
export const SCRIPTS = ['passkey', 'reset'] as const;
export const scriptPath = (name: (typeof SCRIPTS)[number]): string => `/pages/${name}.js`;
export const PASSKEY_SCRIPT = `<script src="${scriptPath('passkey')}" defer></script>`;
export const RESET_SCRIPT = `<script src="${scriptPath('reset')}" defer></script>`;

/**
 * Headers of every page: nothing but our own style, no frame, no script but our own where there is one.
 * @param submitsTo origins a form's answer may redirect to; browsers hold `form-action` against redirects too.
 */
export const pageHeaders = (
  submitsTo: readonly string[] = [],
  script: 'no-script' | 'own-scripts' = 'no-script',
): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    ...(script === 'own-scripts' ? ["script-src 'self'"] : []),
    `form-action ${["'self'", ...submitsTo].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
});

/** What went wrong, announced to screen readers. */
export const alertOf = (message: string): string => `<p role="alert">${escapeHtml(message)}</p>`;
