import pc from 'picocolors';
import type { RunFile } from './run-file.js';

/** A part of the first line's answer, in shell: by its shape, because more than one thing in it has an `id`. */
const answered = (shape: string): string => `$(printf %s "$ISSUED" | sed 's/.*"\\(${shape}\\)".*/\\1/')`;

/** Three lines that work when they are pasted one after the other into a shell. */
export function firstSteps({ issuer, gateway, adminToken }: RunFile): [string, string, string] {
  const admin = `-H 'Authorization: Bearer ${adminToken}' -H 'Content-Type: application/json'`;
  return [
    `ISSUED=$(curl -sS ${issuer.url}/v1/tokens ${admin} -d '{"name":"first","scopes":["demo:read"]}'); echo "$ISSUED"`,
    `curl -sS -i ${gateway.url}/demo/hello -H "Authorization: Bearer ${answered('gh_[^"]*')}"`,
    `curl -sS -X POST "${issuer.url}/v1/tokens/${answered('tok_[^"]*')}/revoke?wait=gateways" ${admin} -d '{"reason":"just trying"}'`,
  ];
}

const comment = (text: string): string => pc.dim(`# ${text}`);

function withoutCredentials(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
}

/** What the newcomer reads once everything runs. */
export function welcome(run: RunFile, runFile: string): string {
  const [issue, call, revoke] = firstSteps(run);
  const places = [
    ...run.gateways.map(({ url, adminUrl }) => ['gateway', `${url}   admin ${adminUrl}`]),
    ['issuer', run.issuer.url],
    ['audit', run.audit.url],
    ['analytics', run.analytics.url],
    ['upstream', `${run.upstream.url}   (demo API, behind ${run.gateway.url}/demo/)`],
    ['nats', withoutCredentials(run.nats.url)],
  ];
  return [
    '',
    pc.bold('Gatehouse runs.'),
    ...places.map(([name, place]) => `  ${name!.padEnd(10)} ${place}`),
    `  ${'admin'.padEnd(10)} ${run.adminToken}`,
    '',
    comment(
      'issue a token, call the demo API with it through the gateway, revoke it and see which gateways know',
    ),
    issue,
    call,
    revoke,
    '',
    comment(`all of this is in ${runFile}; stop with Ctrl-C`),
  ].join('\n');
}
