import { TLSSocket } from 'node:tls';
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { PassedFields } from '../upstream/passed-fields.js';
import { AnswerPace } from './pace/paced-answer.js';
import type { SlowClients } from './pace/slow-clients.js';

/** Node's response, whose client is looked after. Written to as an Answer is: pieces alone, without callbacks. */
export class PacedResponse<R extends IncomingMessage = IncomingMessage> extends ServerResponse<R> {
  private pace: AnswerPace | undefined;

  /** To be called before anything is written. */
  paceBy(slowClients: SlowClients): void {
    this.pace = new AnswerPace(this, slowClients);
  }

  begin(status: number, own: readonly string[], passed: PassedFields): void {
    this.writeHead(status, [...own, ...passed.list]);
  }

  override write(chunk: Buffer | string): boolean {
    const isTaken = super.write(chunk);
    this.pace?.wrote(chunk.length);
    return isTaken;
  }

  /** What the system still holds of it is given up too, which would wait for the client otherwise. */
  reset(): void {
    const { socket } = this;
    if (socket === null || socket instanceof TLSSocket) this.destroy();
    else socket.resetAndDestroy();
  }

  override end(chunk?: unknown): this {
    super.end(chunk);
    this.pace?.wrote(0);
    return this;
  }
}
