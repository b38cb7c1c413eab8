import type { PacedClient, SlowClients } from './slow-clients.js';

/** An answer as far as its pace is looked after. */
export interface WrittenAnswer {
  /** Bytes that the client has not taken yet, and the system neither. */
  readonly writableLength: number;
  readonly destroyed: boolean;
  once(event: 'close', listener: () => void): unknown;
  /** Ends it at once, with all that was not taken yet. */
  reset(): unknown;
}

/** An answer whose client did not take all of it at once. */
class PacedAnswer implements PacedClient {
  readonly side = 'answer';
  readonly deadline = Number.POSITIVE_INFINITY;
  bytes = 0;

  constructor(private readonly answer: WrittenAnswer) {}

  get isAwaited(): boolean {
    return this.answer.writableLength > 0;
  }

  get isOver(): boolean {
    return this.answer.destroyed;
  }

  cutOff(): void {
    this.answer.reset();
  }
}

/** Has the client of an answer looked after as soon as it falls behind. Answers that are taken at once cost nothing. */
export class AnswerPace {
  private paced: PacedAnswer | undefined;

  constructor(
    private readonly answer: WrittenAnswer,
    private readonly slowClients: SlowClients,
  ) {}

  wrote(bytes: number): void {
    if (this.paced) this.paced.bytes += bytes;
    else if (this.answer.writableLength > 0) this.begin();
  }

  private begin(): void {
    const { answer, slowClients } = this;
    const paced = new PacedAnswer(answer);
    this.paced = paced;
    slowClients.watch(paced);
    answer.once('close', () => slowClients.forget(paced));
  }
}
