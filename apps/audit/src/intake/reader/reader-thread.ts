import { parentPort, workerData } from 'node:worker_threads';
import { IssuerApi } from '@gatehouse/client';
import { readPages, pagesOf } from '../page.js';
import { pagesAhead } from '../pages-ahead.js';
import { movedWith, packed } from './packed-page.js';
import type { Answer, Question, ReaderData } from './thread-messages.js';

/** Runs in a thread of its own, so that leaves are made while the writer’s thread has others written. */
const pages = readPages(pagesAhead(pagesOf(new IssuerApi(workerData as ReaderData))));

parentPort?.on('message', (question: Question) => void answer(question));

async function answer({ id, after, limit }: Question): Promise<void> {
  try {
    const page = packed(await pages(after, limit));
    send({ id, page }, movedWith(page));
  } catch (error) {
    send({ id, failure: error instanceof Error ? error.message : String(error) }, []);
  }
}

function send(what: Answer, moved: ArrayBuffer[]): void {
  parentPort?.postMessage(what, moved);
}
