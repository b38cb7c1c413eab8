import { NO_SLOT, SlotIndex } from '../../slot-index.js';
import type { ChangeRecords } from './change-records.js';
import { hashOfIdWords, ID_WORDS, readIdBeginning, readIdEnd } from './id-words.js';

/**
 * Which record is of which id. Ids as the issuer makes them stand in the records; others, such as names of tenants and
 * thumbprints of keys, are few and are kept as strings.
 */
export class ChangeIds {
  private readonly index: SlotIndex;
  private readonly slots = new Map<string, number>();
  private readonly others = new Map<number, string>();
  /** What is asked for. */
  private id = '';
  private readonly words = new Uint32Array(ID_WORDS);
  private isRead = false;

  constructor(private readonly records: ChangeRecords) {
    this.index = new SlotIndex(records);
  }

  /** @returns `NO_SLOT` when there is none. */
  find(id: string): number {
    if (readIdEnd(id, this.words)) {
      this.id = id;
      this.isRead = false;
      const slot = this.index.find(hashOfIdWords(this.words), this.isAsked);
      if (slot !== NO_SLOT) return slot;
    }
    return this.slots.get(id) ?? NO_SLOT;
  }

  /** A record that is of no id. */
  add(id: string, slot: number): void {
    const { words } = this;
    if (readIdEnd(id, words) && readIdBeginning(id, words)) {
      this.records.setId(slot, words);
      this.index.add(hashOfIdWords(words), slot);
    } else {
      this.slots.set(id, slot);
      this.others.set(slot, id);
    }
  }

  remove(slot: number): void {
    const other = this.others.get(slot);
    if (other === undefined) return this.index.remove(this.records.hashOf(slot), slot);
    this.others.delete(slot);
    this.slots.delete(other);
  }

  idOf(slot: number): string {
    return this.others.get(slot) ?? this.records.idOf(slot);
  }

  /** Most ids that are asked for are not there, and are not read to their beginning. */
  private readonly isAsked = (slot: number): boolean => {
    this.isRead ||= readIdBeginning(this.id, this.words);
    return this.isRead && this.records.hasId(slot, this.words);
  };
}
