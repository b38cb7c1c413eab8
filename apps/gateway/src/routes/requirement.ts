import type { ScopeNeed } from '@gatehouse/contracts';
import { type Refusal, scopeRefusal } from '../request/refusal.js';
import { PathPattern } from './path-pattern.js';
import type { RouteSpec } from './route-spec.js';
import { type ResourceScope, resourceScope } from './scope-need.js';

/** The scopes one method of a route asks for, with the refusal that names them. */
export interface Requirement {
  /** As they stand in gateway.yaml. */
  readonly scopes: readonly string[];
  /** The same as JSON, for the records. */
  readonly scopesJson: string;
  readonly refusal: Refusal;
  /** How much of each limit one request takes. */
  readonly cost: number;
  /** How much of its token's credits; 0: the route does not say what its requests cost. */
  readonly credits: number;
  /** Whether a token with these scopes may do this at this path. */
  readonly isMetBy: (held: ReadonlySet<string>, path: string) => boolean;
}

/** Answers what each method needs; `undefined`: the route does not take the method. */
export class Requirements {
  private readonly named: ReadonlyMap<string, Requirement>;
  private readonly others: Requirement | undefined;
  private readonly taken: ReadonlySet<string> | undefined;

  constructor(spec: Pick<RouteSpec, 'scopes' | 'methods' | 'path' | 'cost'>) {
    const { scopes, methods } = spec;
    const pattern = new PathPattern(spec.path);
    const requirement = (method: string, need: ScopeNeed) =>
      requirementOf(need, pattern, costOf(spec, method), spec.cost !== undefined);
    const methodsNamed = Object.keys({ ...scopes, ...(typeof spec.cost === 'object' ? spec.cost : {}) });
    this.named = new Map(
      methodsNamed.flatMap((method) => {
        const need = scopes[method] ?? (method === 'TRACE' ? undefined : scopes['*']);
        return method === '*' || !need ? [] : [[method, requirement(method, need)] as const];
      }),
    );
    this.others = scopes['*'] && requirement('*', scopes['*']);
    this.taken = methods && new Set(methods);
  }

  of(method: string): Requirement | undefined {
    if (this.taken && !this.taken.has(method)) return undefined;
    // TRACE would show the caller what our proxies add (RFC 9110 §9.3.8), so "*" does not mean it.
    return this.named.get(method) ?? (method === 'TRACE' ? undefined : this.others);
  }

  /** For the Allow header of a 405; "*" is not spelled out. */
  get methods(): readonly string[] {
    return [...(this.taken ?? this.named.keys())];
  }
}

type Test = (held: ReadonlySet<string>, path: string) => boolean;

/** A method that `scopes` names and `cost` does not costs what the others do. */
const costOf = ({ cost = 1 }: Pick<RouteSpec, 'cost'>, method: string): number =>
  typeof cost === 'number' ? cost : (cost[method] ?? cost['*'] ?? 1);

function requirementOf(need: ScopeNeed, path: PathPattern, cost: number, isPriced: boolean): Requirement {
  const scopes = Array.isArray(need) ? need : need.any;
  const tests = scopes.map((scope) => testOf(scope, resourceScope(scope, path)));
  return {
    scopes,
    scopesJson: JSON.stringify(scopes),
    refusal: scopeRefusal(scopes),
    cost,
    credits: isPriced ? cost : 0,
    isMetBy: Array.isArray(need) ? allOf(tests) : anyOf(tests),
  };
}

const testOf = (scope: string, resource: ResourceScope | undefined): Test =>
  resource
    ? (held, path) => {
        const bound = resource.of(path);
        return bound !== undefined && held.has(bound);
      }
    : (held) => held.has(scope);

function allOf(tests: readonly Test[]): Test {
  const [only] = tests;
  if (only && tests.length === 1) return only;
  return (held, path) => tests.every((test) => test(held, path));
}

const anyOf =
  (tests: readonly Test[]): Test =>
  (held, path) =>
    tests.some((test) => test(held, path));
