import { parentPort, workerData } from 'node:worker_threads';
import { Api } from './api.js';
import { DocumentMistake } from './api-document.js';
import type { FoundMistake } from './check-document.js';
import { readDocument } from './read-document.js';

async function mistakeIn(text: string): Promise<FoundMistake | undefined> {
  try {
    await Api.of(await readDocument(text));
    return undefined;
  } catch (error) {
    if (error instanceof DocumentMistake) return { pointer: error.pointer, rule: error.message };
    throw error;
  }
}

parentPort?.postMessage(await mistakeIn(String(workerData)), []);
