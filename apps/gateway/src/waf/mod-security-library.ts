import koffi from 'koffi';

/** An address in the library's memory. */
export type Pointer = bigint;
/** Where the library leaves the address of a text. */
export type TextOut = [string | null];

/** What rules want to be done. */
export interface Intervention {
  status: number;
  pause: number;
  url: Pointer | null;
  log: Pointer | null;
  disruptive: number;
}

/** https://github.com/owasp-modsecurity/ModSecurity/blob/v3.0.9/headers/modsecurity/transaction.h */
export interface Functions {
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
  answerHeader(at: Pointer, name: Buffer, nameBytes: number, value: Buffer, valueBytes: number): number;
  answerHeadersDone(at: Pointer, status: number, protocol: string): number;
  answerBody(at: Pointer, piece: Uint8Array, bytes: number): number;
  answerBodyDone(at: Pointer): number;
  intervention(at: Pointer, into: Intervention): number;
  end(at: Pointer): void;
}

const Log = koffi.proto('void GatehouseModSecurityLog(void *data, const char *message)');
koffi.struct('GatehouseIntervention', {
  status: 'int',
  pause: 'int',
  url: 'void *',
  log: 'void *',
  disruptive: 'int',
});

/** A function that the library calls with each message, as it wants it. */
export const logFunction = (log: (message: string) => void): Pointer =>
  koffi.register((_: Pointer, message: string) => log(message), koffi.pointer(Log));

/** Reads a text that the library leaves to us, and frees it. */
export function takenText(at: Pointer): string {
  const text: string = koffi.decode.string(at, -1);
  koffi.free(at);
  return text;
}

/** @throws Error when the library cannot be loaded. */
export function functionsOf(path: string): Functions {
  const library = koffi.load(path);
  const header = 'void *, const uint8_t *, size_t, const uint8_t *, size_t';
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
    header: library.func(`int msc_add_n_request_header(${header})`),
    headersDone: library.func('int msc_process_request_headers(void *)'),
    body: library.func('int msc_append_request_body(void *, const uint8_t *, size_t)'),
    bodyDone: library.func('int msc_process_request_body(void *)'),
    answerHeader: library.func(`int msc_add_n_response_header(${header})`),
    answerHeadersDone: library.func('int msc_process_response_headers(void *, int, const char *)'),
    answerBody: library.func('int msc_append_response_body(void *, const uint8_t *, size_t)'),
    answerBodyDone: library.func('int msc_process_response_body(void *)'),
    intervention: library.func('int msc_intervention(void *, _Inout_ GatehouseIntervention *)'),
    end: library.func('void msc_transaction_cleanup(void *)'),
  };
}
