import { UpstreamsAnswer, type UpstreamGroupView, type UpstreamTargetView } from '@gatehouse/contracts';
import { freePort } from '@gatehouse/testing';
import { call, type Called } from './call.js';
import { ADMIN_TOKEN } from './issuer-stand-in.js';
import { type Stage, setStage } from './stage.js';
import { Target } from './target.js';
import { until } from './until.js';

/** Neither breaker nor ejection says anything: for tests of something else. */
export const CALM =
  'breaker: { minimumRequests: 1000000 }, outliers: { consecutiveFailures: 1000, minimumRequests: 1000000 }';
export const NO_RETRIES = 'retries: { max: 0 }';

/** For routes whose target is silent until the gateway gives up: too short for a target that is well and slow. */
export const IMPATIENT = '{ headersMs: 300 }';

/** A route of gateway.yaml to a group: the name of its targets, what else the group says. */
export type RouteOf = (id: string, targets: string, more: string, timeouts?: string) => string;

/** What routes may send to, as lists of targets in YAML. */
export interface TargetLists {
  readonly a: string;
  readonly b: string;
  readonly both: string;
  readonly urls: { readonly a: string; readonly b: string };
  /** Nobody listens there. */
  readonly dead: string;
}

const routeOf: RouteOf = (id, targets, more, timeouts = '{}') =>
  `  - { id: ${id}, path: /${id}/*, scopes: { '*': [] }, timeouts: ${timeouts}, upstream: { targets: [${targets}], ${more} } }\n`;

/** A gateway, two targets and a token. */
export class TwoTargets {
  private constructor(
    readonly stage: Stage,
    readonly a: Target,
    readonly b: Target,
    readonly token: string,
  ) {}

  /** @param routes the routes of gateway.yaml, one at least. */
  static async start(routes: (route: RouteOf, lists: TargetLists) => string): Promise<TwoTargets> {
    const [one, other] = [await Target.start('a'), await Target.start('b')];
    const [a, b] = [`{ url: '${one.url}' }`, `{ url: '${other.url}' }`];
    const dead = `{ url: 'http://127.0.0.1:${await freePort()}' }`;
    const lists = { a, b, both: `${a}, ${b}`, urls: { a: one.url, b: other.url }, dead };
    const stage = await setStage({ routes: `routes:\n${routes(routeOf, lists)}` });
    const { token } = stage.issuer.issue();
    const all = new TwoTargets(stage, one, other, token);
    const [first] = (await stage.gateway.activeRoutes()).routes;
    await until(async () => (await all.at(first.path.replace('*', 'x'))).status === 200);
    return all;
  }

  at(path: string, init?: RequestInit, token = this.token): Promise<Called> {
    return call(`${this.stage.gateway.url}${path}`, token, init);
  }

  /** Who answered, one request after the other. */
  async answeredBy(path: string, times: number, init?: RequestInit): Promise<string[]> {
    const seen: string[] = [];
    for (let i = 0; i < times; i++) seen.push((await this.at(path, init)).body);
    return seen;
  }

  /** `GET /v1/upstreams` of the admin API. */
  async upstreams(token = ADMIN_TOKEN): Promise<UpstreamGroupView[]> {
    const { body } = await call(`${this.stage.gateway.adminUrl}/v1/upstreams`, token);
    return UpstreamsAnswer.parse(JSON.parse(body)).upstreams;
  }

  async viewOf(name: string, { url }: Target): Promise<UpstreamTargetView> {
    const group = (await this.upstreams()).find((one) => one.name === name);
    return group!.targets.find((target) => target.url === url)!;
  }

  async metrics(): Promise<string> {
    return (await call(`${this.stage.gateway.adminUrl}/metrics`)).body;
  }

  reset(): void {
    this.a.reset();
    this.b.reset();
  }

  async stop(): Promise<void> {
    await this.stage.stop();
    await Promise.all([this.a.stop(), this.b.stop()]);
  }
}
