import { DomainError } from '@gatehouse/kernel';

/** The latest checkpoint does not cover the size asked for. */
export const beyondLog = (field: string, asked: number, latest: number): DomainError =>
  refused(field, `${asked} is beyond the latest checkpoint, which covers ${latest} leaves`);

/** The leaf is not in the tree asked for. */
export const beyondTree = (index: number, size: number): DomainError =>
  refused('index', `${index} is not in a tree of ${size} leaves: indexes start at 0`);

/** A tree does not extend a larger one. */
export const fromAboveTo = (from: number, to: number): DomainError =>
  refused('from', `${from} is above "to", ${to}`);

function refused(field: string, rule: string): DomainError {
  return new DomainError('invalid', 'query-invalid', `${field}: ${rule}`, { fields: [{ field, rule }] });
}
