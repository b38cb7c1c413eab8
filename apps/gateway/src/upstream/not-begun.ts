import type { Dispatcher } from 'undici';

/** Of a request that was not even begun. */
export const NOT_BEGUN: Dispatcher.DispatchController = {
  aborted: true,
  paused: false,
  reason: null,
  abort: () => {},
  pause: () => {},
  resume: () => {},
};
