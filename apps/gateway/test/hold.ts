import { call } from './call.js';

/** Keeps one request under way until the signal, however often others are faster at taking its place. */
export async function hold(url: string, token: string, signal: AbortSignal): Promise<'left'> {
  while (!signal.aborted) await call(url, token, { signal }).catch(() => 'left');
  return 'left';
}
