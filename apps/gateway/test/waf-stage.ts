import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DecisionAnswer } from '@gatehouse/contracts';
import { call, type Called } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { type ModSecurityFiles, modSecurity } from './mod-security.js';
import type { RunningGateway } from './running-gateway.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

export const OWN_RULES = `
SecRule ARGS:coupon "@streq stolen" "id:1001,phase:2,deny,status:403,log,msg:'a coupon that is known'"
SecRule &REQUEST_HEADERS:Authorization|&REQUEST_HEADERS:X-Key "@gt 0" "id:1002,phase:1,deny,status:403,log"
`;
export const INJECTION = `/?id=${encodeURIComponent("1' or '1'='1")}`;

/** As strict as the route that watches. */
const PUBLISHING =
  'publishing: [{ tenant: default, prefixes: [/published], upstreamNetworks: [127.0.0.0/8], waf: [{}] }]\n';

/** One route of gateway.yaml. */
export const routeOf = (id: string, more: string): string =>
  `  - { id: ${id}, path: /${id}/*, stripPrefix: /${id}, upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, ${more} }\n`;

/** @param excluded further rules that the blocking route leaves out, each after a comma. */
export const routesOf = (waf: string, excluded = ''): string =>
  `${waf}${PUBLISHING}forwardAuth: { proxies: [127.0.0.1] }\nroutes:\n${[
    routeOf(
      'block',
      `waf: { mode: block, rules: [own.conf], bodyBytes: 10000, exclude: [920350${excluded}] }`,
    ),
    routeOf('watch', 'waf: { mode: detect, bodyBytes: 10000 }'),
    routeOf('off', "waf: { mode: 'off' }"),
    routeOf(
      'keyed',
      'credentials: { header: X-Key }, waf: { mode: block, rules: [own.conf], exclude: [920350] }',
    ),
  ].join('')}`;

/** A request with a body. */
export const posted = (type: string, body: string, method = 'POST'): RequestInit => ({
  method,
  headers: { 'content-type': type },
  body,
});

/** A gateway with Debian's engine and rules, and somebody who may call it. */
export class WafStage {
  private constructor(
    readonly files: ModSecurityFiles,
    readonly stage: Stage,
    readonly token: string,
  ) {}

  static async start(): Promise<WafStage> {
    const files = await modSecurity();
    const stage = await setStage({ routes: `routes:\n${routeOf('off', '')}`, env: files.env });
    const { token } = stage.issuer.issue();
    const all = new WafStage(files, stage, token);
    await writeFile(join(stage.gateway.dir, 'own.conf'), OWN_RULES);
    await writeFile(stage.gateway.routesFile, routesOf(files.waf));
    await until(async () => (await all.at('/watch/x')).status === 200, 60_000);
    return all;
  }

  at(path: string, init: RequestInit = {}, gateway: RunningGateway = this.stage.gateway): Promise<Called> {
    return call(`${gateway.url}${path}`, this.token, init);
  }

  async decisionOn(
    { headers }: Called,
    { adminUrl }: RunningGateway = this.stage.gateway,
  ): Promise<DecisionAnswer> {
    const answer = await call(`${adminUrl}/v1/decisions/${headers.get('x-request-id')}`, ADMIN_TOKEN);
    return DecisionAnswer.parse(JSON.parse(answer.body));
  }

  async stop(): Promise<void> {
    await this.stage.stop();
    await this.files.remove();
  }
}
