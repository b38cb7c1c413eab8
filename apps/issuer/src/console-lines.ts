/**
 * Imported before anything else: what a library prints to the console (oidc-provider does, when it is loaded under a Node
 * older than it likes) becomes a log line like all others.
 */
const logLine = (message: unknown): void => {
  const line = { level: 'info', time: new Date().toISOString(), service: 'issuer', msg: String(message) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
console.info = logLine;
console.warn = logLine;

export {};
