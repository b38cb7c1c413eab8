import { describe, expect, it } from '@jest/globals';
import { CacheStore } from './cache-store.js';
import { CacheStores } from './cache-stores.js';
import { CachedAnswer } from './cached-answer.js';
import { storable } from './storable.js';

const SPEC = { shareBy: 'tenant', maxEntryBytes: 100_000 } as const;

const askedFor = (uri: string, language = 'en', share = '') => ({
  tenant: 'default',
  route: 'demo',
  target: uri,
  uri,
  share,
  headers: { 'accept-language': language },
});

function answerTo(asked: ReturnType<typeof askedFor>, bytes = 10): CachedAnswer {
  const headers = { 'cache-control': 'max-age=600', vary: 'Accept-Language' };
  const fit = storable(asked, 200, headers, SPEC)!;
  return new CachedAnswer(asked, fit, 200, headers, Buffer.alloc(bytes));
}

function storeOf(maxBytes: number): CacheStore {
  const store = new CacheStore();
  store.maxBytes = maxBytes;
  return store;
}

const keep = (store: CacheStore, asked: ReturnType<typeof askedFor>, bytes?: number) =>
  store.put(answerTo(asked, bytes), asked);

describe('the store of answers', () => {
  it('never holds more than it may, and lets go what was not used for longest', () => {
    const store = storeOf(50_000);
    for (let i = 0; i < 100; i++) {
      keep(store, askedFor(`/${i}`), 10_000);
      expect(store.bytes).toBeLessThanOrEqual(50_000);
      store.find(askedFor('/0'));
    }
    expect(store.find(askedFor('/0')).answer).toBeDefined();
    expect(store.find(askedFor('/1')).answer).toBeUndefined();
    expect(store.evictions).toBe(96);
    keep(store, askedFor('/too-large'), 60_000);
    expect(store.find(askedFor('/too-large')).answer).toBeUndefined();
  });

  it('holds nothing when all is gone, whichever way it went', () => {
    const store = storeOf(1_000_000);
    for (const language of ['de', 'en', 'de']) keep(store, askedFor('/a', language));
    keep(store, askedFor('/a', 'en', 'somebody'));
    keep(store, askedFor('/b'));
    expect([...store.all()]).toHaveLength(4);
    store.invalidate('/a');
    expect([...store.all()]).toHaveLength(1);
    expect(store.dropWhere(() => true)).toMatchObject({ answers: 1 });
    expect(store.bytes).toBe(0);
    expect(store.find(askedFor('/b'))).toEqual({ answer: undefined, hasOthers: false });
  });

  it('keeps so many variants of one address, and no more', () => {
    const store = storeOf(10_000_000);
    for (let i = 0; i < 40; i++) keep(store, askedFor('/a', `x-${i}`));
    expect([...store.all()]).toHaveLength(32);
    expect(store.find(askedFor('/a', 'x-39')).answer).toBeDefined();
    expect(store.find(askedFor('/a', 'x-0'))).toEqual({ answer: undefined, hasOthers: true });
  });

  it('collects no more at once than it may hold', () => {
    const store = storeOf(2_000);
    expect(store.reserve(1_500)).toBe(true);
    expect(store.reserve(1_000)).toBe(false);
    store.release(1_500);
    expect(store.reserve(1_000)).toBe(true);
  });
});

const bytesOf = (store?: CacheStore): number => store?.bytes ?? 0;
const kept = (stores: CacheStores) => [stores.own, stores.ofPublisher('acme'), stores.ofPublisher('beta')];

const filled = () => {
  const stores = new CacheStores();
  stores.resize(
    50_000,
    new Map([
      ['acme', 20_000],
      ['beta', 20_000],
    ]),
  );
  for (const store of kept(stores)) keep(store!, askedFor('acme /mine'), 10_000);
  return stores;
};

describe('what tenants publish', () => {
  it('pushes out nothing that is kept for others, and has no more room than it is given', () => {
    const stores = filled();
    for (let i = 0; i < 20; i++) keep(stores.ofPublisher('acme')!, askedFor(`acme /${i}`), 10_000);
    expect(kept(stores).map((store) => store!.find(askedFor('acme /mine')).answer !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
    expect(bytesOf(stores.ofPublisher('acme'))).toBeLessThanOrEqual(20_000);
    expect([...stores.all()]).toHaveLength(3);
  });

  it('goes when its tenant may keep nothing any more, and what was on its way is not kept', () => {
    const stores = filled();
    const before = stores.ofPublisher('acme')!;
    for (let i = 0; i < 5; i++) keep(before, askedFor(`acme /${i}`), 10_000);
    const { evictions } = stores;
    stores.resize(50_000, new Map([['beta', 20_000]]));
    keep(before, askedFor('acme /late'));
    expect([stores.ofPublisher('acme'), bytesOf(before)]).toEqual([undefined, 0]);
    expect(stores.evictions).toBeGreaterThan(evictions);
    expect([...stores.all()]).toHaveLength(2);
  });

  it('goes wherever it is kept when an upstream changed it, or who may says so', () => {
    const stores = filled();
    keep(stores.own, askedFor('beta /mine'));
    stores.invalidate('acme', '/mine');
    expect(kept(stores).map((store) => store!.bytes > 0)).toEqual([true, false, true]);
    expect(stores.dropWhere(() => true, true).answers).toBe(2);
    expect(stores.dropWhere(() => true)).toEqual({ answers: 2, bytes: expect.any(Number) });
    expect([...stores.all()]).toEqual([]);
  });
});
