/** A request as the engine looks at it. */
export interface LookedAtRequest {
  readonly of: 'request';
  readonly clientAddress: string;
  readonly method: string;
  readonly target: string;
  /** `1.1`. */
  readonly httpVersion: string;
  /** Flat list of names and values. */
  readonly headers: readonly string[];
  /** Of a memory of its own, which is gone once it is looked at. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

/** An answer as the engine looks at it. Of the request it knows what was asked for, and nothing else. */
export interface LookedAtAnswer extends Omit<LookedAtRequest, 'of' | 'clientAddress'> {
  readonly of: 'answer';
  readonly status: number;
}

/** What an engine can look at. */
export type LookedAt = LookedAtRequest | LookedAtAnswer;
