import { FromPrimary, type FromWorker, type Question } from './messages.js';

/** The other workers of this gateway. */
export interface Siblings {
  /** @returns what each of them answered; `null` for those that could not, or did not in time. */
  ask(question: Question): Promise<readonly unknown[]>;
}

/** Injection token of the {@link Siblings}. */
export const SIBLINGS = Symbol('siblings');

/** Of a gateway that is one process. */
export const noSiblings: Siblings = { ask: () => Promise.resolve([]) };

/** The primary process, as a worker sees it. */
interface Channel {
  send(message: FromWorker): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Reaches the others by way of the primary process. */
export class WorkerSiblings implements Siblings {
  private asked = 0;
  private readonly waiting = new Map<number, (answers: readonly unknown[]) => void>();

  /** @param answer what this worker says when it is asked. */
  constructor(
    private readonly channel: Channel,
    private readonly answer: (question: Question) => Promise<unknown>,
  ) {
    channel.on('message', (message) => this.receive(message));
  }

  /** This worker serves. */
  sayReady(): void {
    this.channel.send({ kind: 'ready' });
  }

  ask(question: Question): Promise<readonly unknown[]> {
    const id = this.asked++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve); // the primary process answers within a bound
      this.channel.send({ kind: 'ask', id, question });
    });
  }

  private receive(message: unknown): void {
    const { success, data } = FromPrimary.safeParse(message);
    if (!success) return;
    if (data.kind === 'answers') {
      this.waiting.get(data.id)?.(data.answers);
      this.waiting.delete(data.id);
      return;
    }
    const reply = (answer: unknown) => this.channel.send({ kind: 'answer', key: data.key, answer });
    this.answer(data.question).then(reply, () => reply(null));
  }
}
