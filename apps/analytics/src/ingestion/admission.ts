import type { RequestPart } from './request-part.js';

/** What is held of one gateway's batches. */
export interface GatewayProgress {
  /** Every batch up to here is held as far as it will ever be. */
  watermark: number;
  /** Last `seq` of the newest batch, complete or not. */
  lastSeq: number;
  /** The batch after the watermark, while some of its parts are missing. */
  open: { batch: number; parts: number; from: number; to: number; held: Set<number> } | undefined;
}

/**
 * What to do with a part. `accept`: insert it; `gap` records before its batch are lost for good. `duplicate`: its batch is
 * held. `early`: the batch before it has not come yet. `contradiction`: another part of its batch said something else.
 */
export type Decision =
  | { kind: 'accept'; gap: number }
  | { kind: 'duplicate' }
  | { kind: 'early' }
  | { kind: 'contradiction' };

const NOTHING: Readonly<GatewayProgress> = { watermark: 0, lastSeq: 0, open: undefined };

/**
 * Decides which parts may be inserted so that every batch is inserted once: a gateway's batches are taken in order, the
 * parts of one in any order. Only when a gateway no longer holds the batches between is one taken out of order, and the
 * records in between are counted as lost.
 */
export class Admission {
  constructor(private readonly gateways: Map<string, GatewayProgress> = new Map()) {}

  /** The highest batch of a gateway that is held, with all before it; 0 for none. */
  watermarkOf(gateway: string): number {
    return (this.gateways.get(gateway) ?? NOTHING).watermark;
  }

  /** Every gateway's watermark. */
  *watermarks(): Generator<[gateway: string, batch: number]> {
    for (const [gateway, { watermark }] of this.gateways) yield [gateway, watermark];
  }

  /** Decides on one part and, when it is accepted, counts it as held. */
  admit(part: RequestPart): Decision {
    const progress = this.gateways.get(part.gateway) ?? { ...NOTHING };
    const { watermark, open } = progress;
    if (part.batch <= watermark) return { kind: 'duplicate' };
    if (part.batch === open?.batch) return this.admitNextPart(open, part);
    if (part.batch !== watermark + 1 && part.batch > part.oldest) return { kind: 'early' };
    const gap = Math.max(0, part.from - progress.lastSeq - 1);
    this.gateways.set(part.gateway, {
      watermark: part.batch - 1,
      lastSeq: part.to,
      open: { batch: part.batch, parts: part.parts, from: part.from, to: part.to, held: new Set() },
    });
    this.hold(part);
    return { kind: 'accept', gap };
  }

  private admitNextPart(open: NonNullable<GatewayProgress['open']>, part: RequestPart): Decision {
    if (open.parts !== part.parts || open.from !== part.from || open.to !== part.to)
      return { kind: 'contradiction' };
    if (open.held.has(part.part)) return { kind: 'duplicate' };
    this.hold(part);
    return { kind: 'accept', gap: 0 };
  }

  private hold(part: RequestPart): void {
    const progress = this.gateways.get(part.gateway)!;
    progress.open!.held.add(part.part);
    if (progress.open!.held.size < part.parts) return;
    progress.watermark = part.batch;
    progress.open = undefined;
  }
}
