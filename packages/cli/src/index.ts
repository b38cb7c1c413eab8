export { ExitCode } from './exit-code.js';
export { runGatehouse } from './run-gatehouse.js';
export type { TerminalOptions } from './terminal.js';
