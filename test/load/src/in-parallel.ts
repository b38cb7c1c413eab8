/** What a closed loop of clients reached. */
export interface Throughput {
  perSecond: number;
  latenciesMs: number[];
}

/**
 * Lets a number of clients repeat one piece of work for some time, each without a pause.
 * @param worth how much one repetition counts for.
 */
export async function inParallel(
  clients: number,
  seconds: number,
  work: () => Promise<void>,
  worth = 1,
): Promise<Throughput> {
  const latenciesMs: number[] = [];
  const beganAt = performance.now();
  const end = beganAt + seconds * 1000;
  const client = async () => {
    for (let at = performance.now(); at < end; at = performance.now()) {
      await work();
      latenciesMs.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { perSecond: (latenciesMs.length * worth * 1000) / (performance.now() - beganAt), latenciesMs };
}
