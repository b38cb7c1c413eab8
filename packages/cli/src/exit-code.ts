/** What the command answers to the shell. */
export const ExitCode = {
  success: 0,
  /** It was tried and did not work, or found something wrong. */
  failure: 1,
  /** It was called in a way that cannot work. */
  usage: 2,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
