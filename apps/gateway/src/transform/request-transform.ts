import type { Exchange } from '../request/exchange.js';
import { refusal, type Refusal } from '../request/refusal.js';
import { malformed } from '../request/refusals.js';
import { targetFlaw } from '../request/request-target.js';
import { PathPattern } from '../routes/path-pattern.js';
import type { Holder } from '../tokens/credential.js';
import type { SentRequest } from '../upstream/send.js';
import type { UpstreamTarget } from '../upstream/upstream-target.js';
import { wholeAnswerHeaders } from '../upstream/whole-answer.js';
import { HeaderEdits } from './header-edits.js';
import { QueryEdits } from './query-edits.js';
import { IN_PATH, type Template, templateOf, variablesIn } from './template.js';
import type { TransformSpec } from './transform-spec.js';
import { type Variable, variableOf } from './variables.js';

/** A variable that has to stand for something, with the refusal where it does not. */
interface Needed {
  readonly variable: Variable;
  readonly refusal: Refusal;
}

/** How a route changes its requests on their way to the upstream. */
export class RequestTransform {
  private readonly path: Template | undefined;
  private readonly query: QueryEdits | undefined;
  private readonly headers: HeaderEdits | undefined;
  private readonly needed: readonly Needed[];
  private readonly needsWholeAnswer: boolean;

  /** @param routePath as gateway.yaml has it. */
  constructor({ request, response }: TransformSpec, routePath: string) {
    const pattern = new PathPattern(routePath);
    this.path = request.path === undefined ? undefined : templateOf(request.path, pattern, IN_PATH);
    this.query = request.query && new QueryEdits(request.query, pattern);
    this.headers = request.headers && new HeaderEdits(request.headers, pattern);
    const named = [request.path ?? '', ...Object.values(request.query?.set ?? {})].flatMap(variablesIn);
    this.needed = named.flatMap((name) => neededOf(name, pattern) ?? []);
    this.needsWholeAnswer = response.body !== undefined;
  }

  /** Where a request goes at the upstream, or why it cannot. */
  targetOf(exchange: Exchange, holder: Holder, upstream: UpstreamTarget): string | Refusal {
    for (const { variable, refusal: refused } of this.needed)
      if (variable.read(exchange, holder) === '') return refused;
    const [path = '', ...rest] = upstream.targetOf(exchange.target).split('?');
    const query = rest.join('?');
    const at = this.path ? upstream.base + this.path(exchange, holder) : path;
    const asked = this.query ? this.query.of(query, exchange, holder) : query;
    const target = asked === '' ? at : `${at}?${asked}`;
    const flaw = targetFlaw(target, at);
    return flaw === undefined ? target : malformed(flaw);
  }

  /** A request as it goes upstream. */
  of(request: SentRequest, path: string, exchange: Exchange, holder: Holder): SentRequest {
    const whole = this.needsWholeAnswer ? wholeAnswerHeaders(request.headers) : request.headers;
    const headers = this.headers ? this.headers.ofRequest(whole, exchange, holder) : whole;
    return { ...request, path, headers };
  }
}

/** An empty one would make another path or filter of it: /users/ for /users/{token.user}. */
function neededOf(name: string, pattern: PathPattern): Needed | undefined {
  const variable = variableOf(name, pattern);
  if (!variable || variable.isEncoded) return undefined;
  return {
    variable,
    refusal: refusal(
      'token-incomplete',
      `This route needs a token that has a {${name}}, and yours has none.`,
    ),
  };
}
