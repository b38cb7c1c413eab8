import type { LookedAt, LookedAtAnswer, LookedAtRequest } from './looked-at.js';
import {
  type Functions,
  functionsOf,
  type Intervention,
  logFunction,
  type Pointer,
  takenText,
  type TextOut,
} from './mod-security-library.js';
import type { RuleSet } from './rule-set.js';
import type { Verdict } from './thread-messages.js';

const RULE_ID = /\[id "(\d{1,10})"\]/;
/** They count what others matched. */
const SUMS_UP = /^9(?:01|49|59|80)\d{3}$/;

/** libmodsecurity 3, for one thread: the engine calls its log where it was made. */
export class ModSecurity {
  private readonly calls: Functions;
  private readonly engine: Pointer;
  private matched = new Set<number>();

  /** @throws Error when the library cannot be loaded. */
  constructor(library: string) {
    this.calls = functionsOf(library);
    this.engine = this.calls.init();
    this.calls.setLog(
      this.engine,
      logFunction((message) => this.noteRule(message)),
    );
  }

  /**
   * Never at the same time as another thread of the process: the library's parser has global state.
   * @throws Error with the file and line of a rule it does not understand.
   */
  load({ setup, files, last }: RuleSet): Pointer {
    const { calls } = this;
    const rules = calls.createRules();
    try {
      accepted(calls.addRules.bind(calls, rules, setup));
      for (const file of files) accepted(calls.addRuleFile.bind(calls, rules, file));
      if (last !== '') accepted(calls.addRules.bind(calls, rules, last));
      return rules;
    } catch (error) {
      calls.freeRules(rules);
      throw error;
    }
  }

  free(rules: Pointer): void {
    this.calls.freeRules(rules);
  }

  look(rules: Pointer, looked: LookedAt): Verdict {
    const { calls } = this;
    this.matched = new Set();
    const at = calls.begin(this.engine, rules, null);
    try {
      const isAttack = looked.of === 'request' ? this.isAttack(at, looked) : this.isLeak(at, looked);
      return { isAttack, rules: [...this.matched] };
    } finally {
      calls.end(at);
    }
  }

  /** Phases 1 and 2. */
  private isAttack(at: Pointer, { clientAddress, headers, body, ...request }: LookedAtRequest): boolean {
    const { calls } = this;
    this.begin(at, clientAddress, request);
    eachField(headers, calls.header.bind(calls, at));
    calls.headersDone(at);
    if (this.isRefused(at)) return true;
    if (body && body.length > 0) calls.body(at, body, body.length);
    calls.bodyDone(at);
    return this.isRefused(at);
  }

  /** Phases 3 and 4; the first sets up what they count with. */
  private isLeak(at: Pointer, { status, headers, body, ...request }: LookedAtAnswer): boolean {
    const { calls } = this;
    this.begin(at, '127.0.0.1', request);
    calls.headersDone(at);
    eachField(headers, calls.answerHeader.bind(calls, at));
    calls.answerHeadersDone(at, status, `HTTP ${request.httpVersion}`);
    if (this.isRefused(at)) return true;
    if (body && body.length > 0) calls.answerBody(at, body, body.length);
    calls.answerBodyDone(at);
    return this.isRefused(at);
  }

  private begin(
    at: Pointer,
    client: string,
    { target, method, httpVersion }: Pick<LookedAt, 'target' | 'method' | 'httpVersion'>,
  ): void {
    this.calls.connection(at, client, 0, '127.0.0.1', 80);
    this.calls.uri(at, target, method, httpVersion);
  }

  private isRefused(at: Pointer): boolean {
    const said: Intervention = { status: 200, pause: 0, url: null, log: null, disruptive: 0 };
    if (this.calls.intervention(at, said) === 0) return false;
    if (said.log !== null) this.noteRule(takenText(said.log));
    if (said.url !== null) takenText(said.url);
    return said.disruptive !== 0;
  }

  /** @param message holds what was sent, so nothing but the id is kept of it. */
  private noteRule(message: string): void {
    const id = RULE_ID.exec(message)?.[1];
    if (id !== undefined && !SUMS_UP.test(id)) this.matched.add(Number(id));
  }
}

/** @param add gets name, its length, value, its length. */
function eachField(
  flat: readonly string[],
  add: (name: Buffer, nameBytes: number, value: Buffer, valueBytes: number) => void,
): void {
  for (let i = 0; i < flat.length; i += 2) {
    const name = Buffer.from(flat[i]!, 'latin1');
    const value = Buffer.from(flat[i + 1]!, 'latin1');
    add(name, name.length, value, value.length);
  }
}

/** @throws Error with what the library says of a rule. */
function accepted(add: (error: TextOut) => number): void {
  const error: TextOut = [null];
  if (add(error) < 0) throw new Error(error[0] ?? 'the rules are not understood');
}
