import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange } from '../request/exchange.js';
import { textOf } from '../upstream/text-of.js';
import type { AnswerInspectionOptions } from './answer-inspection.js';
import type { LookedAtAnswer } from './looked-at.js';
import type { Verdict } from './thread-messages.js';
import { countAnswerLook } from './waf-metrics.js';
import { noteVerdict } from './verdict-note.js';

/** In this process at once; what comes beyond it is not looked at. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
let heldBytes = 0;

/** What an answer begins with. */
interface AnswerHead {
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** The beginning of an answer, as much as the route has looked at, and what the engine says of it. */
export class AnswerSample {
  private readonly pieces: Buffer[] = [];
  private bytes = 0;
  /** Nobody asked for that: it hides what is in it. */
  readonly isEncoded: boolean;
  private isReadable: boolean;

  constructor(
    private readonly options: AnswerInspectionOptions,
    private readonly exchange: Exchange,
    private readonly head: AnswerHead,
  ) {
    this.isEncoded = textOf(head.headers['content-encoding'] ?? 'identity') !== 'identity';
    this.isReadable = !this.isEncoded;
  }

  /** @returns whether that is all there is to look at. */
  add(chunk: Buffer): boolean {
    const room = this.options.spec.bodyBytes - this.bytes;
    const piece = chunk.subarray(0, room);
    if (heldBytes + piece.length > MAX_HELD_BYTES) this.isReadable = false;
    if (!this.isReadable) return true;
    this.pieces.push(piece);
    this.bytes += piece.length;
    heldBytes += piece.length;
    return chunk.length >= room;
  }

  /** @returns `undefined`: it could not be looked at. */
  async look(): Promise<Verdict | undefined> {
    const { engine, ruleSet, bounds } = this.options;
    const verdict = this.isReadable ? await engine.look(ruleSet, this.lookedAt(), bounds) : undefined;
    this.release();
    countAnswerLook(verdict);
    noteVerdict(this.exchange, verdict);
    return verdict;
  }

  private lookedAt(): LookedAtAnswer {
    const { method, target, status, headers } = this.head;
    return {
      of: 'answer',
      method,
      target,
      status,
      httpVersion: '1.1',
      headers: Object.entries(headers).flatMap(([name, value]) =>
        [value ?? []].flat().flatMap((one) => [name, one]),
      ),
      body: new Uint8Array(Buffer.concat(this.pieces)), // of a memory of its own: it is moved to a thread
    };
  }

  /** Of an answer that broke off. The client may leave earlier: others can be waiting for the same answer. */
  release(): void {
    heldBytes -= this.bytes;
    this.bytes = 0;
    this.pieces.length = 0;
  }
}
