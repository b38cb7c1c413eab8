import type { FromPrimary, Question } from './messages.js';

/** For workers that do not answer within this, `null` stands. */
const ANSWER_MS = 1_500;

/** Somebody to send to. */
export interface Addressee {
  readonly id: number;
  send(message: FromPrimary): unknown;
  isConnected(): boolean;
}

interface Asked {
  readonly by: Addressee;
  readonly id: number;
  readonly left: Set<number>;
  readonly answers: unknown[];
  readonly tooLate: NodeJS.Timeout;
}

/** Questions of workers to all others, on their way through the primary process. */
export class Questions {
  private readonly asked = new Map<string, Asked>();

  ask(by: Addressee, id: number, question: Question, others: readonly Addressee[]): void {
    const key = `${by.id}.${id}`;
    const tooLate = setTimeout(() => this.settle(key), ANSWER_MS);
    this.asked.set(key, { by, id, left: new Set(others.map((other) => other.id)), answers: [], tooLate });
    for (const other of others) send(other, { kind: 'question', key, question });
    this.settleIfComplete(key);
  }

  answer(key: string, from: Addressee, answer: unknown): void {
    const asked = this.asked.get(key);
    if (!asked?.left.delete(from.id)) return;
    asked.answers.push(answer);
    this.settleIfComplete(key);
  }

  /** It will not answer any more. */
  gone(one: Addressee): void {
    for (const [key, { left }] of this.asked) if (left.delete(one.id)) this.settleIfComplete(key);
  }

  private settleIfComplete(key: string): void {
    if (this.asked.get(key)?.left.size === 0) this.settle(key);
  }

  private settle(key: string): void {
    const asked = this.asked.get(key);
    if (!asked) return;
    clearTimeout(asked.tooLate);
    this.asked.delete(key);
    for (let missing = asked.left.size; missing > 0; missing--) asked.answers.push(null);
    send(asked.by, { kind: 'answers', id: asked.id, answers: asked.answers });
  }
}

function send(to: Addressee, message: FromPrimary): void {
  if (to.isConnected()) to.send(message);
}
