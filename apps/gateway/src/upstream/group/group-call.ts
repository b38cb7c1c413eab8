import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Dispatcher } from 'undici';
import type { Exchange } from '../../request/exchange.js';
import { refusal } from '../../request/refusal.js';
import { BodyTooLarge } from '../body-meter.js';
import { NOT_BEGUN } from '../not-begun.js';
import { UpstreamRefused } from '../upstream-refused.js';
import { grpcOutcomeOf, type Outcome, outcomeOf } from '../health/outcome.js';
import { occasionOf } from './occasion.js';
import { isRepeatable, isUnprocessed, isWhole } from './repeatable.js';
import type { GroupSpec } from './group-spec.js';
import type { Member } from './member.js';
import type { Members } from './members.js';
import type { RetryBudget } from './retry-budget.js';
import type { Occasion } from './retry-spec.js';

/** What an answer is broken off with when another target is asked instead. */
const ASK_ANOTHER = new Error('another target is asked');

/** What a call needs to know of its group, and tells it. */
interface CalledGroup {
  readonly spec: GroupSpec;
  readonly members: Members;
  readonly budget: RetryBudget;
  refused: number;
  retries: number;
  pick(key: number, tried: readonly Member[], forCanary: boolean): Member | undefined;
}

/** What {@link GroupCall} needs. */
export interface GroupCallOptions {
  readonly group: CalledGroup;
  readonly exchange: Exchange;
  /** Of the caller, where callers stay with one target. */
  readonly key: number;
  /** Whether it goes to the new version, where there is one. */
  readonly forCanary: boolean;
  readonly options: Dispatcher.DispatchOptions;
  /** Gets the answer. */
  readonly handler: Dispatcher.DispatchHandler;
}

/** One request on its way through a group: from target to target until one answers, within the group's retries. */
export class GroupCall implements Dispatcher.DispatchHandler {
  private readonly tried: Member[] = [];
  private member: Member | undefined;
  private isProbe = false;
  private sentAt = 0;
  private outcome: Outcome = 'failed';

  constructor(private readonly call: GroupCallOptions) {}

  start(): void {
    const { group, key, forCanary, options, handler } = this.call;
    const member = group.pick(key, this.tried, forCanary);
    if (!member) {
      group.refused++;
      handler.onResponseError?.(NOT_BEGUN, new UpstreamRefused(circuitOpen(group.members.waitMs())));
      return;
    }
    this.tried.push(member);
    this.member = member;
    this.isProbe = member.begin();
    this.outcome = 'failed';
    this.sentAt = performance.now();
    member.sender.dispatch({ ...options, path: member.base + options.path }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.call.handler.onRequestStart?.(controller, context);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    statusMessage?: string,
  ): void {
    if (status >= 200) {
      this.outcome = this.isSlow() ? 'failed' : outcomeOf(status);
      this.hear(headers);
      if (this.mayAskAnother(`${status}`, isRepeatable(this.call.exchange)))
        return controller.abort(ASK_ANOTHER);
      // A stream may go on for hours: who answers a probe is back.
      if (this.isProbe && this.outcome !== 'failed') this.settleProbe();
    }
    this.call.handler.onResponseStart?.(controller, status, headers, statusMessage);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.call.handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: IncomingHttpHeaders): void {
    this.hear(trailers);
    this.end(this.outcome);
    this.call.handler.onResponseEnd?.(controller, trailers);
  }

  /** A handshake counts as a request; the tunnel behind it weighs on its target for as long as it is open. */
  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    socket: Duplex,
  ): void {
    const { member } = this;
    this.end('ok');
    if (member) {
      member.tunnels++;
      socket.once('close', () => member.tunnels--);
    }
    this.call.handler.onRequestUpgrade?.(controller, status, headers, socket);
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    const { exchange, handler } = this.call;
    if (error === ASK_ANOTHER) {
      this.end(this.outcome);
      return this.start();
    }
    this.end(this.outcomeOf(error));
    const mayRepeat = isRepeatable(exchange) || (isUnprocessed(error) && isWhole(this.call.options));
    if (exchange.status === 0 && this.mayAskAnother(occasionOf(error), mayRepeat)) return this.start();
    handler.onResponseError?.(controller, error);
  }

  private outcomeOf(error: Error): Outcome {
    const { exchange } = this.call;
    // The client left, or was sent away.
    const isClients = exchange.outcome === 'aborted' || exchange.outcome === 'refused';
    if (isClients || exchange.upgrade?.client.destroyed || error instanceof BodyTooLarge) return 'unknown';
    if (error instanceof UpstreamRefused) return this.outcome; // it answered, if too much
    // Out of time: before the head came, for want of an answer; after it perhaps for a client that reads slowly.
    return exchange.finished ? this.outcome : 'failed';
  }

  /** A call of gRPC that failed is answered with 200; what became of it stands behind the body, or instead of it. */
  private hear({ 'grpc-status': status }: IncomingHttpHeaders): void {
    if (typeof status === 'string' && this.outcome === 'ok') this.outcome = grpcOutcomeOf(status);
  }

  /** Only before the client has seen anything, and only within the budget. */
  private mayAskAnother(occasion: string | undefined, mayRepeat: boolean): boolean {
    const { exchange, group } = this.call;
    const { max, on } = group.spec.retries;
    const isPossible =
      this.tried.length <= max &&
      on.some((one: Occasion) => one === occasion) &&
      !exchange.finished &&
      mayRepeat;
    if (!isPossible || !group.budget.spend()) return false;
    group.retries++;
    return true;
  }

  private isSlow(): boolean {
    const { slowMs } = this.call.group.spec.breaker;
    return slowMs !== undefined && performance.now() - this.sentAt > slowMs;
  }

  private settleProbe(): void {
    this.member?.breaker.end(this.outcome, true, performance.now());
    this.isProbe = false;
  }

  private end(outcome: Outcome): void {
    this.member?.end(outcome, this.isProbe);
    this.member = undefined;
  }
}

const circuitOpen = (waitMs: number) =>
  refusal(
    'upstream-circuit-open',
    'The upstream fails, or has all the requests it can take, and is given a rest. Try again later.',
    ['retry-after', `${Math.ceil(waitMs / 1000)}`],
  );
