import type { Dispatcher } from 'undici';

/** Sends requests to one origin, in whatever protocol. */
export type Sender = Pick<Dispatcher, 'dispatch'>;

/** One that nobody else uses. */
export interface OwnSender extends Sender {
  /** Breaks off what is under way. */
  destroy(): Promise<void> | void;
}

/** Connections to targets. */
export interface Connections {
  /** Shared by all who send requests there. */
  readonly senderTo: (url: string) => Sender;
  /** One's own, for one request at a time. */
  readonly ownSenderTo: (url: string) => OwnSender;
}
