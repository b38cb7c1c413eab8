import koffi from 'koffi';
import type { RuleSet } from './rule-set.js';
import type { LookedAt, Verdict } from './thread-messages.js';

/** An address in the library's memory. */
type Pointer = bigint;
/** Where the library leaves the address of a text. */
type TextOut = [string | null];

interface Intervention {
  status: number;
  pause: number;
  url: Pointer | null;
  log: Pointer | null;
  disruptive: number;
}

/** https://github.com/owasp-modsecurity/ModSecurity/blob/v3.0.9/headers/modsecurity/transaction.h */
interface Functions {
  init(): Pointer;
  setLog(engine: Pointer, log: Pointer): void;
  createRules(): Pointer;
  addRules(rules: Pointer, text: string, error: TextOut): number;
  addRuleFile(rules: Pointer, path: string, error: TextOut): number;
  freeRules(rules: Pointer): number;
  begin(engine: Pointer, rules: Pointer, data: null): Pointer;
  connection(at: Pointer, client: string, port: number, server: string, serverPort: number): number;
  uri(at: Pointer, target: string, method: string, version: string): number;
  header(at: Pointer, name: Buffer, nameBytes: number, value: Buffer, valueBytes: number): number;
  headersDone(at: Pointer): number;
  body(at: Pointer, piece: Uint8Array, bytes: number): number;
  bodyDone(at: Pointer): number;
  intervention(at: Pointer, into: Intervention): number;
  end(at: Pointer): void;
}

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
    const log = koffi.register((_: Pointer, message: string) => this.noteRule(message), koffi.pointer(Log));
    this.calls.setLog(this.engine, log);
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

  look(rules: Pointer, request: LookedAt): Verdict {
    const { calls } = this;
    this.matched = new Set();
    const at = calls.begin(this.engine, rules, null);
    try {
      const isAttack = this.headIsAttack(at, request) || this.bodyIsAttack(at, request.body);
      return { isAttack, rules: [...this.matched] };
    } finally {
      calls.end(at);
    }
  }

  private headIsAttack(at: Pointer, request: LookedAt): boolean {
    const { calls } = this;
    const { clientAddress, target, method, httpVersion, headers } = request;
    calls.connection(at, clientAddress, 0, '127.0.0.1', 80);
    calls.uri(at, target, method, httpVersion);
    for (let i = 0; i < headers.length; i += 2) {
      const name = Buffer.from(headers[i]!, 'latin1');
      const value = Buffer.from(headers[i + 1]!, 'latin1');
      calls.header(at, name, name.length, value, value.length);
    }
    calls.headersDone(at);
    return this.isRefused(at);
  }

  private bodyIsAttack(at: Pointer, body: Uint8Array | undefined): boolean {
    if (body && body.length > 0) this.calls.body(at, body, body.length);
    this.calls.bodyDone(at);
    return this.isRefused(at);
  }

  private isRefused(at: Pointer): boolean {
    const said: Intervention = { status: 200, pause: 0, url: null, log: null, disruptive: 0 };
    if (this.calls.intervention(at, said) === 0) return false;
    if (said.log !== null) {
      this.noteRule(koffi.decode.string(said.log, -1));
      koffi.free(said.log);
    }
    if (said.url !== null) koffi.free(said.url);
    return said.disruptive !== 0;
  }

  /** @param message holds what was sent, so nothing but the id is kept of it. */
  private noteRule(message: string): void {
    const id = RULE_ID.exec(message)?.[1];
    if (id !== undefined && !SUMS_UP.test(id)) this.matched.add(Number(id));
  }
}

/** @throws Error with what the library says of a rule. */
function accepted(add: (error: TextOut) => number): void {
  const error: TextOut = [null];
  if (add(error) < 0) throw new Error(error[0] ?? 'the rules are not understood');
}

const Log = koffi.proto('void GatehouseModSecurityLog(void *data, const char *message)');
koffi.struct('GatehouseIntervention', {
  status: 'int',
  pause: 'int',
  url: 'void *',
  log: 'void *',
  disruptive: 'int',
});

function functionsOf(path: string): Functions {
  const library = koffi.load(path);
  return {
    init: library.func('void *msc_init()'),
    setLog: library.func('void msc_set_log_cb(void *, GatehouseModSecurityLog *)'),
    createRules: library.func('void *msc_create_rules_set()'),
    addRules: library.func('int msc_rules_add(void *, const char *, _Out_ const char **)'),
    addRuleFile: library.func('int msc_rules_add_file(void *, const char *, _Out_ const char **)'),
    freeRules: library.func('int msc_rules_cleanup(void *)'),
    begin: library.func('void *msc_new_transaction(void *, void *, void *)'),
    connection: library.func('int msc_process_connection(void *, const char *, int, const char *, int)'),
    uri: library.func('int msc_process_uri(void *, const char *, const char *, const char *)'),
    header: library.func(
      'int msc_add_n_request_header(void *, const uint8_t *, size_t, const uint8_t *, size_t)',
    ),
    headersDone: library.func('int msc_process_request_headers(void *)'),
    body: library.func('int msc_append_request_body(void *, const uint8_t *, size_t)'),
    bodyDone: library.func('int msc_process_request_body(void *)'),
    intervention: library.func('int msc_intervention(void *, _Inout_ GatehouseIntervention *)'),
    end: library.func('void msc_transaction_cleanup(void *)'),
  };
}
