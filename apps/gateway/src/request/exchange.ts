import { type CacheOutcome, MAX_FINDINGS, type RequestOutcome } from '@gatehouse/contracts';
import type { RequestLog } from '../records/request-log.js';
import type { Requirement } from '../routes/requirement.js';
import type { CertificateHeader } from '../tokens/binding/forwarded-certificate.js';
import type { Holder } from '../tokens/credential.js';
import type { Connection } from '../transport/connection.js';
import type { Upgrade } from '../transport/web-socket/upgrade.js';
import type { Answer, InboundBody, InboundRequest } from './answer.js';
import type { Arrival } from './arrival.js';
import type { AskedRequest } from './asked-request.js';
import type { Presentation } from './presented-token.js';
import type { Refusal } from './refusal.js';
import { refusalAnswer } from './refusal-answer.js';
import { RequestHead } from './request-head.js';
import { pathOfTarget } from './request-target.js';
import type { RouteFacts } from './route-facts.js';
import { requestIdOf, type Sampling, type Trace, traceOf } from './trace.js';

const NONE: readonly string[] = [];
const EMPTY = Buffer.alloc(0);

/** One request and what becomes of it. Ends in exactly one record. */
export class Exchange {
  readonly startedAt = performance.now();
  readonly request: InboundRequest;
  /** As it comes; `undefined`: there is none, or it is whole already. */
  readonly body: InboundBody | undefined;
  readonly response: Answer;
  readonly connection: Connection;
  /** The client asks for a WebSocket. */
  readonly upgrade: Upgrade | undefined;
  /** Flat list of names and values, as they came. */
  readonly headers: readonly string[];
  /** To be changed by way of {@link ownHead} alone. */
  head: RequestHead;
  private isHeadShared: boolean;
  readonly requestId: string;
  readonly trace: Trace;
  method: string;
  target: string;
  /** The target without its query. */
  path: string;
  /** Another proxy asks whether to let this request through; it carries it itself. */
  isQuestion = false;
  /** That proxy understands 401 and 403 alone. */
  onlyDenies = false;
  clientAddress = '';
  /** What the client spoke, to us or to a proxy that we trust. */
  scheme: 'http' | 'https';
  /** How the token came. */
  presentedAs: Presentation = 'Bearer';
  /** Of the certificate the connection showed, SHA-256 of its DER in base64url; undefined: it showed none. */
  certificateThumbprint: string | undefined;
  /** Where the trusted proxy at the other end says which certificate the client showed it. */
  certificateHeader: CertificateHeader | undefined;
  route: RouteFacts | undefined;
  requirement: Requirement | undefined;
  /** Whose token it is, also where it was refused. */
  holder: Holder | undefined;
  /** Name of the policy that refused. */
  refusedBy = '';
  /** How old the view of the tokens was when it was asked. */
  viewAgeMs = Number.NaN;
  /** Of the answer; 0 while there is none. */
  status = 0;
  /** The problem code of a refusal or failure. */
  code = '';
  outcome: RequestOutcome = 'served';
  requestBytes = 0;
  responseBytes = 0;
  upstreamMs = 0;
  /** What the cache made of it; empty: none was asked. */
  cache: CacheOutcome | '' = '';
  /** Name of the limit that refused. */
  limit = '';
  /** How long it waited for its turn at a limit. */
  waitedMs = 0;
  /** What it has cost of its token's credits. */
  credits = 0;
  /** `performance.now()` when the request was handed on; the gateway's own part ends there. */
  dispatchedAt = 0;
  /** `RateLimit` of this answer, and what is left of credits, as a flat list. */
  limitHeaders: readonly string[] = NONE;
  /** The request's body, where it came with the head or had to be read before the request could go on (see `readBody`). */
  wholeBody: Buffer | undefined;
  /** What rules noticed, whether or not it was refused for it. */
  findings: readonly string[] = NONE;
  /** The record is made. */
  finished = false;
  private atEnd: (() => void) | undefined;

  constructor(
    arrival: Arrival,
    private readonly log: Pick<RequestLog, 'add'>,
    sampling?: Sampling,
  ) {
    const { request, headers, head, connection, body } = arrival;
    this.request = request;
    this.response = arrival.response;
    this.headers = headers;
    this.connection = connection;
    this.upgrade = arrival.upgrade;
    if (Buffer.isBuffer(body)) {
      this.wholeBody = body;
      this.requestBytes = body.length;
    } else this.body = body;
    this.head = head ?? new RequestHead(headers);
    this.isHeadShared = head !== undefined;
    this.scheme = connection.scheme;
    this.certificateThumbprint = connection.certificateThumbprint;
    this.requestId = requestIdOf(this.head.requestId);
    this.trace = traceOf(this.head.traceparent, sampling);
    this.method = request.method ?? '';
    this.target = request.url ?? '';
    this.path = pathOfTarget(this.target);
  }

  /** The head as this request alone has it. */
  ownHead(): RequestHead {
    if (this.isHeadShared) this.head = this.head.copy();
    this.isHeadShared = false;
    return this.head;
  }

  /** Becomes the request that another proxy asks about. */
  standFor({ method, target, host, onlyDenies }: AskedRequest): void {
    this.isQuestion = true;
    this.onlyDenies = onlyDenies;
    this.method = method;
    this.target = target;
    this.path = pathOfTarget(target);
    this.ownHead().host = host;
  }

  get httpVersion(): string {
    return this.request.httpVersion;
  }

  get isHttp2(): boolean {
    return this.httpVersion === '2.0';
  }

  get hasBody(): boolean {
    return this.head.chunked || (this.head.contentLength ?? 0) > 0;
  }

  /** Whether some of the body may still be on its way, or in the stream. */
  get awaitsBody(): boolean {
    return this.hasBody && this.wholeBody === undefined;
  }

  /** Keeps what a rule noticed, once; past {@link MAX_FINDINGS} nothing more. */
  note(finding: string): void {
    if (this.findings.length < MAX_FINDINGS && !this.findings.includes(finding))
      this.findings = [...this.findings, finding];
  }

  /** Answers with a problem document, unless an answer has begun: then it can only be cut off. */
  refuse(refusal: Refusal, outcome: 'refused' | 'failed' = 'refused'): void {
    if (this.finished) return;
    const { response, method } = this;
    this.code = refusal.code;
    if (response.headersSent) return this.finish(outcome, () => response.destroy());
    const { status, sentStatus, headers, body } = refusalAnswer(refusal, this);
    this.status = status;
    this.responseBytes = !body || method === 'HEAD' ? 0 : body.length;
    this.finish(outcome, () => response.writeHead(sentStatus, headers).end(body));
  }

  /** What the route adds to every answer. */
  get routeHeaders(): readonly string[] {
    const ofRoute = this.route?.answerHeaders?.for(this.head.origin) ?? NONE;
    return this.limitHeaders === NONE ? ofRoute : [...ofRoute, ...this.limitHeaders];
  }

  /** Answers in the gateway's own name. */
  answer(status: number, headers: readonly string[], body: Buffer = EMPTY): void {
    this.status = status;
    this.responseBytes = this.method === 'HEAD' ? 0 : body.length;
    // RFC 9110 §6.4.1.
    const length = status !== 204 && status !== 304 ? ['content-length', `${body.length}`] : NONE;
    const all = [...length, 'x-request-id', this.requestId, ...headers, ...this.routeHeaders];
    if (this.awaitsBody) all.push('connection', 'close');
    this.finish('served', () => this.response.writeHead(status, all).end(body));
  }

  /** Calls each listener once, when the request is over however it ends. */
  onFinished(listener: () => void): void {
    const { atEnd } = this;
    this.atEnd = atEnd
      ? () => {
          atEnd();
          listener();
        }
      : listener;
  }

  /** @param end lets the client have the last of the answer; called once the record is written. */
  finish(outcome: RequestOutcome, end: () => void): void {
    if (this.finished) return;
    this.finished = true;
    this.outcome = outcome;
    this.atEnd?.();
    this.log.add(this, end);
  }
}
