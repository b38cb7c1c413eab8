import { type Refusal, scopeRefusal } from '../request/refusal.js';
import type { RouteSpec } from './routes-file.js';

/** The scopes one method of a route asks for, with the refusal that names them. */
export interface Requirement {
  readonly scopes: readonly string[];
  /** The same as JSON, for the records. */
  readonly scopesJson: string;
  readonly refusal: Refusal;
}

/** Answers what each method needs; `undefined`: the route does not take the method. */
export class Requirements {
  private readonly named: ReadonlyMap<string, Requirement>;
  private readonly others: Requirement | undefined;
  private readonly taken: ReadonlySet<string> | undefined;

  constructor({ scopes, methods }: Pick<RouteSpec, 'scopes' | 'methods'>) {
    this.named = new Map(
      Object.entries(scopes)
        .filter(([method]) => method !== '*')
        .map(([method, needed]) => [method, requirementOf(needed)]),
    );
    this.others = scopes['*'] && requirementOf(scopes['*']);
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

const requirementOf = (scopes: readonly string[]): Requirement => ({
  scopes,
  scopesJson: JSON.stringify(scopes),
  refusal: scopeRefusal(scopes),
});
