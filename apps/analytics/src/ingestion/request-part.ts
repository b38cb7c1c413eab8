import { RequestLogged, RequestRecord } from '@gatehouse/contracts';
import { z } from 'zod';

/** One part of a gateway's batch, as received. */
export interface RequestPart {
  gateway: string;
  batch: number;
  part: number;
  parts: number;
  /** First and last `seq` of the whole batch. */
  from: number;
  to: number;
  /** The lowest batch the gateway still holds. */
  oldest: number;
  /** When the gateway cut the batch. */
  time: string;
  /** Those that keep the contract. */
  records: readonly RequestRecord[];
  /** Why records, or all of them, were left out. */
  defect: string | undefined;
}

/** A delivery that cannot be placed: nobody knows which batch it was. */
export interface Unreadable {
  defect: string;
}

/** The event with its records unread, so that one bad record does not take a thousand good ones with it. */
const Envelope = RequestLogged.schema.extend({
  data: RequestLogged.data.extend({ records: z.array(z.unknown()) }),
});

/** Whether a table can hold it and a gateway can mean it. */
const isPlausible = (instant: string): boolean => instant >= '2000' && instant < '2100';

/** Reads a RequestLogged event. Records that break the contract are left out and `defect` says why. */
export function readPart(json: unknown): RequestPart | Unreadable {
  const parsed = Envelope.safeParse(json);
  if (!parsed.success) return { defect: z.prettifyError(parsed.error) };
  const { time, data } = parsed.data;
  const { gateway, batch, part, parts, from, to, oldest } = data;
  if (part > parts || from > to || !isPlausible(time))
    return {
      defect: `part ${part} of ${parts}, records ${from}–${to}, batch ${batch}, at ${time}`,
    };
  const { records, defect } = readRecords(data.records, from, to);
  return { gateway, batch, part, parts, from, to, oldest, time, records, defect };
}

function readRecords(
  values: readonly unknown[],
  from: number,
  to: number,
): Pick<RequestPart, 'records' | 'defect'> {
  const bySeq = new Map<number, RequestRecord>();
  let defect: string | undefined;
  for (const value of values) {
    const parsed = RequestRecord.safeParse(value);
    if (!parsed.success) defect ??= z.prettifyError(parsed.error);
    else if (parsed.data.seq < from || parsed.data.seq > to)
      defect ??= `record ${parsed.data.seq} is not in ${from} to ${to}`;
    else if (!isPlausible(parsed.data.at)) defect ??= `record at ${parsed.data.at}`;
    else if (bySeq.has(parsed.data.seq)) defect ??= `record ${parsed.data.seq} occurs twice`;
    else bySeq.set(parsed.data.seq, parsed.data);
  }
  return { records: [...bySeq.values()], defect };
}
