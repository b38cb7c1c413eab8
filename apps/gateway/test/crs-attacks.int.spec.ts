import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DecisionAnswer, type Problem } from '@gatehouse/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { attackRequests, bytesOf, type SampleRequest } from './attack-requests.js';
import { call } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { type ModSecurityFiles, modSecurity } from './mod-security.js';
import { rawRequest } from './raw-request.js';
import { realRequests } from './real-requests.js';
import { forEachOf } from './say-and-leave.js';
import { type Stage, setStage } from './stage.js';
import { until } from './until.js';

const samples = attackRequests();
const here = samples.length > 0;
const REAL = 500;

/** The firewall of one host each. */
const HOSTS = {
  'off.example': "{ mode: 'off' }",
  'pl1.example': '{ mode: block }',
  'pl4.example': '{ mode: block, paranoia: 4 }',
  // 920440 is about names of files: the real site offers a .conf and a .log.
  'site.example': '{ mode: block, exclude: [920440] }',
};
type Host = keyof typeof HOSTS;
const COMPARED = ['off.example', 'pl1.example', 'pl4.example'] as const;

const routesOf = (waf: string): string =>
  `${waf}routes:\n${Object.entries(HOSTS)
    .map(
      ([host, spec], i) =>
        `  - { id: r${i}, hosts: [${host}], path: '/*', upstream: '\${UPSTREAM_URL}', scopes: { '*': [] }, waf: ${spec} }\n`,
    )
    .join('')}`;

interface Outcome {
  readonly sample: SampleRequest;
  /** The problem code; empty: it was served. */
  readonly code: string;
  /** The rule that it is a sample for matched. */
  readonly isByItsRule: boolean;
}

(here ? describe : describe.skip)(`the Core Rule Set’s own samples${here ? '' : ' (not at hand)'}`, () => {
  let files: ModSecurityFiles;
  let stage: Stage;
  let token: string;
  let known: ReadonlySet<number>;

  beforeAll(async () => {
    files = await modSecurity();
    known = rulesIn(files.coreRules);
    stage = await setStage({ routes: routesOf(files.waf), env: files.env });
    ({ token } = stage.issuer.issue());
    await until(async () => (await call(`${stage.gateway.url}/x`, token)).code === 'route-not-found');
  });
  afterAll(async () => {
    await stage.stop();
    await files.remove();
  });

  const say = async (bytes: string) => read(await rawRequest(stage.gateway.port, bytes, 30_000));

  async function outcomes(host: Host): Promise<Outcome[]> {
    const all: Outcome[] = [];
    await forEachOf(samples, 8, async (sample) => {
      const { code, requestId } = await say(bytesOf(sample, host, token));
      const findings = code === 'waf-refused' ? await findingsOf(requestId) : [];
      all.push({ sample, code, isByItsRule: findings.includes(`waf-${sample.rule}`) });
    });
    return all;
  }

  async function findingsOf(requestId: string): Promise<readonly string[]> {
    const answer = await call(`${stage.gateway.adminUrl}/v1/decisions/${requestId}`, ADMIN_TOKEN);
    return DecisionAnswer.parse(JSON.parse(answer.body)).findings;
  }

  it('are refused where they are attacks that its rules know, and few where they are none', async () => {
    const table: Record<string, Record<string, string>> = {};
    const enter = (line: string, host: Host, part: readonly unknown[], whole: readonly unknown[]) => {
      (table[line] ??= {})[host] = `${part.length}/${whole.length}`;
    };
    const shares: Record<string, number> = {};
    for (const host of COMPARED) {
      const all = await outcomes(host);
      const attacks = all.filter(({ sample }) => sample.isAttack && known.has(sample.rule));
      for (const rule of new Set(attacks.map(({ sample }) => sample.rule))) {
        const ofRule = attacks.filter(({ sample }) => sample.rule === rule);
        enter(`${rule}`, host, ofRule.filter(isRefused), ofRule);
      }
      const others = all.filter(({ sample }) => !sample.isAttack);
      enter('all attacks', host, attacks.filter(isRefused), attacks);
      enter('not for that rule', host, others.filter(isRefused), others);
      const mistaken = others.filter(({ isByItsRule }) => isByItsRule);
      enter('…and still by it', host, mistaken, others);
      shares[host] = attacks.filter(isRefused).length / attacks.length;
      expect(mistaken.length / others.length).toBeLessThan(0.15);
    }
    console.info(`refused\n${linesOf(table)}`);
    expect(shares['pl4.example']).toBeGreaterThanOrEqual(0.95);
    expect(shares['pl1.example']).toBeGreaterThanOrEqual(0.75); // a fifth of the rules is for higher levels
    expect(shares['off.example']).toBeLessThan(0.25);
  });

  it('leave requests that people made of a real site alone', async () => {
    const requests = realRequests(REAL);
    const refused: string[] = [];
    await forEachOf(requests, 8, async ({ target, userAgent }) => {
      const { code, requestId } = await say(
        `GET ${target} HTTP/1.1\r\nHost: site.example\r\nAuthorization: Bearer ${token}\r\nUser-Agent: ${userAgent}\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
      );
      if (code !== '') refused.push(`${code} ${target} ${(await findingsOf(requestId)).join(' ')}`);
    });
    expect(refused).toEqual([]);
  });
});

const isRefused = ({ code }: Outcome): boolean => code !== '';

const linesOf = (table: Readonly<Record<string, Readonly<Record<string, string>>>>): string =>
  Object.entries(table)
    .map(
      ([line, cells]) => `${line.padEnd(20)}${COMPARED.map((host) => `${host} ${cells[host]}`).join('  ')}`,
    )
    .join('\n');

const rulesIn = (folder: string): ReadonlySet<number> =>
  new Set(
    readdirSync(folder)
      .filter((name) => name.startsWith('REQUEST-'))
      .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/\bid:(\d+)/g)])
      .map(([, id]) => Number(id)),
  );

/** What an answer of the gateway says; one of the upstream has no code. */
function read(answer: string): { code: string; requestId: string } {
  const requestId = /^x-request-id: (\S+)/im.exec(answer)?.[1] ?? '';
  const isProblem = /^content-type: application\/problem\+json/im.test(answer);
  if (!isProblem) return { code: '', requestId };
  const body = answer.slice(answer.indexOf('\r\n\r\n')).trim();
  return { code: body === '' ? 'refused' : (JSON.parse(body) as Problem).code, requestId };
}
