import type { RecordedRequest } from '@gatehouse/contracts';
import { limitRefusal } from '../limits/limit-refusal.js';
import { takeHere } from '../limits/limit-store.js';
import { Limits } from '../limits/limits.js';
import { policyName } from '../limits/route-limits.js';
import { ADDRESS_STEP, AddressRules } from '../request/address-rules.js';
import type { Admission } from '../request/admission.js';
import { refusals } from '../request/refusals.js';
import { policiesOf } from '../routes/policies.js';
import { Requirements } from '../routes/requirement.js';
import type { Route } from '../routes/route.js';
import { RouteMatcher } from '../routes/route-matcher.js';
import type { RouteSpec } from '../routes/route-spec.js';
import type { RoutesFile } from '../routes/routes-file.js';
import type { Credential } from '../tokens/credential.js';
import { UnderWay } from './under-way.js';

/** What a rule said against a request. */
export interface Objection {
  /** Empty: it came to no route. */
  readonly route: string;
  /** As decisions name it. */
  readonly rule: string;
  readonly code: string;
}

type JudgedRoute = Pick<Route, 'id' | 'requirements' | 'policies' | 'limits'>;

/** Nothing is revoked: what was let through then was good. */
const NO_CHANGES = { kindOf: () => undefined };

/**
 * What the rules of one gateway.yaml would have said to recorded requests, by the code that says it to real ones. To be
 * asked in the order they came, each once. Counters begin empty, and count for all gateways together.
 */
export class Judge {
  private readonly addresses: AddressRules;
  private readonly matcher: RouteMatcher<JudgedRoute>;
  private readonly hosts: ReadonlyMap<string, string>;
  /** Where all routes answer to the same, also for what is not among them. */
  private readonly usualHost: string;
  private readonly underWay = new UnderWay();

  constructor(file: RoutesFile) {
    this.addresses = new AddressRules(file);
    const limits = new Limits().replace(file);
    this.matcher = new RouteMatcher(
      file.routes.map((spec) => ({
        spec,
        route: {
          id: spec.id,
          requirements: new Requirements(spec),
          policies: policiesOf(spec, NO_CHANGES),
          limits: limits.get(spec.id)!,
        },
      })),
    );
    this.hosts = new Map(file.routes.map((spec) => [spec.id, hostOf(spec)]));
    const [host = '', ...others] = new Set(this.hosts.values());
    this.usualHost = others.length === 0 ? host : '';
  }

  /** @returns `undefined` for what would have been let through. */
  objectionTo(request: RecordedRequest, credential: Credential): Objection | undefined {
    const [path = ''] = request.path.split('?', 1);
    if (!this.addresses.admit(request.clientAddress))
      return { route: request.route, rule: ADDRESS_STEP, code: refusals.addressRefused.code };
    const match = this.matcher.match(this.hosts.get(request.route) ?? this.usualHost, path, request.method);
    if (!match) return { route: '', rule: 'route', code: 'route-not-found' };
    const { route, requirement } = match;
    if (!requirement) return { route: route.id, rule: 'method', code: 'method-not-allowed' };
    const { clientAddress, userAgent, arrivedAt } = request;
    const admission: Admission = {
      credential,
      clientAddress,
      path,
      requirement,
      sent: { target: request.path, head: { userAgent }, note: () => {} },
      nowMs: Date.parse(arrivedAt),
    };
    return refusedByPolicy(route, admission) ?? this.refusedByLimit(route, admission, Date.parse(request.at));
  }

  private refusedByLimit(
    { id, limits }: JudgedRoute,
    admission: Admission,
    endMs: number,
  ): Objection | undefined {
    if (limits.areNoneFor(admission.credential)) return undefined;
    const { nowMs } = admission;
    this.underWay.advance(nowMs);
    const { refusedBy, waitMs, release } = takeHere(limits.drawOf(admission), {
      monoMs: nowMs,
      wallMs: nowMs,
    });
    if (release) this.underWay.hold(endMs, release);
    return (
      refusedBy && { route: id, rule: policyName(refusedBy), code: limitRefusal(refusedBy, waitMs).code }
    );
  }
}

function refusedByPolicy({ id, policies }: JudgedRoute, admission: Admission): Objection | undefined {
  for (const { name, check } of policies) {
    const refused = check(admission);
    if (refused) return { route: id, rule: name, code: refused.code };
  }
  return undefined;
}

/** Records do not keep the host: one that the route answers to stands for it. */
const hostOf = ({ hosts = [''] }: RouteSpec): string => hosts[0]!.replace(/^\*/, 'any');
