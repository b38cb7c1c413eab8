import type { IncomingHttpHeaders } from 'node:http';
import { RecentMap } from '../recent-map.js';
import type { Call } from '../upstream/send.js';
import { textOf } from '../upstream/text-of.js';
import { preferredEncoding } from './accept-encoding.js';
import { CompressedAnswer } from './compressed-answer.js';
import type { CompressionSpec, Encoding } from './compression-spec.js';

/** What clients send is one of few texts; longer ones are worked out each time. */
const REMEMBERED = 1_000;
const MAX_REMEMBERED_LENGTH = 128;

/** Written piece by piece, at once: nothing may hold a piece back. */
const NEVER = /^(text\/event-stream|application\/grpc)/;
/** The body is empty, a part, or meant for a client that has it. */
const WITHOUT_WHOLE_BODY = new Set([204, 205, 206, 304]);
/** Of the body as the upstream sent it; they would not hold any more (RFC 9530, RFC 9110 §14.4). */
const ABOUT_THE_BYTES = ['content-range', 'content-digest', 'repr-digest', 'digest', 'content-md5'];
const NO_TRANSFORM = /\bno-transform\b/i;

/** How one route compresses its answers. */
export class Compression {
  private readonly types: RegExp;
  private readonly preferred = new RecentMap<string, Encoding | ''>(REMEMBERED);

  constructor(private readonly spec: CompressionSpec) {
    this.types = new RegExp(`^(?:${spec.types.map(patternOf).join('|')})$`);
  }

  /** Gets the answer, and hands it on smaller where that is possible and wanted. */
  of({ exchange, handler }: Call): CompressedAnswer {
    return new CompressedAnswer(this, exchange, handler);
  }

  /** Whether an answer is compressed for clients that want it. */
  applies(method: string, status: number, headers: IncomingHttpHeaders): boolean {
    const { 'content-type': type, 'content-length': length, 'content-encoding': encoding } = headers;
    if (method === 'HEAD' || WITHOUT_WHOLE_BODY.has(status) || type === undefined) return false;
    if (encoding !== undefined && encoding !== 'identity') return false;
    if (length !== undefined && Number(length) < this.spec.minBytes) return false;
    if (NO_TRANSFORM.test(textOf(headers['cache-control']))) return false;
    if (ABOUT_THE_BYTES.some((name) => headers[name] !== undefined)) return false;
    const essence = textOf(type).split(';', 1)[0]!.trim().toLowerCase();
    return this.types.test(essence) && !NEVER.test(essence);
  }

  /** What a client wants it compressed with; `undefined`: not at all. */
  encodingFor({
    'accept-encoding': accepted,
    'cache-control': control,
  }: IncomingHttpHeaders): Encoding | undefined {
    // RFC 9111 §5.2.1.6.
    if (accepted === undefined || (control !== undefined && NO_TRANSFORM.test(control))) return undefined;
    if (accepted.length > MAX_REMEMBERED_LENGTH) return preferredEncoding(accepted, this.spec.encodings);
    let encoding = this.preferred.get(accepted);
    if (encoding === undefined) {
      encoding = preferredEncoding(accepted, this.spec.encodings) ?? '';
      this.preferred.set(accepted, encoding);
    }
    return encoding || undefined;
  }
}

/** `application/*+json` as a regular expression. */
const patternOf = (range: string): string => range.replaceAll(/[.+]/g, '\\$&').replace('*', '[^/]+');
