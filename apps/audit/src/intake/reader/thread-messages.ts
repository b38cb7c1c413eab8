import type { Position } from '@gatehouse/kernel';
import type { PackedPage } from './packed-page.js';

/** Whose feed the thread reads. */
export interface ReaderData {
  readonly url: string;
  readonly token: string;
}

/** A page that is asked for. */
export interface Question {
  readonly id: number;
  readonly after: Position;
  readonly limit: number;
}

/** What comes of it. */
export type Answer =
  | { readonly id: number; readonly page: PackedPage }
  | { readonly id: number; readonly failure: string };
