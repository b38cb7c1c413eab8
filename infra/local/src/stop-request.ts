const PARENT_CHECK_MS = 500;

/**
 * Resolves with what asked this process to stop: SIGINT, SIGTERM, SIGHUP, or the end of npm. Signals may come several
 * times, as both the terminal and npm pass on a Ctrl-C; the first counts.
 * @param underNpm npm runs scripts through a shell, which ends on SIGTERM without telling us: so the end of the
 * process that started us counts, too.
 */
export function stopRequest(underNpm: boolean): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
    if (underNpm) watchParent(() => resolve('the end of npm'));
  });
}

function watchParent(onEnd: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) onEnd();
  }, PARENT_CHECK_MS).unref();
}
