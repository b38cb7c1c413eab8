import { partsOf } from '@gatehouse/openapi';
import { isLosslessNumber } from 'lossless-json';
import type { Exchange } from '../request/exchange.js';
import type { PathPattern } from '../routes/path-pattern.js';
import type { Holder } from '../tokens/credential.js';
import { AS_TEXT, templateOf } from './template.js';
import type { BodyEdit } from './transform-spec.js';

/** Changes a JSON value in place. @returns whether anything is other than it was. */
type Edit = (root: unknown, exchange: Exchange, holder: Holder) => boolean;

/** Changes of JSON bodies, compiled once. */
export class JsonEdits {
  private readonly edits: readonly Edit[];

  constructor(edits: readonly BodyEdit[], path: PathPattern) {
    this.edits = edits.map((edit) => compiled(edit, path));
  }

  /** @returns whether anything is other than it was. */
  apply(root: unknown, exchange: Exchange, holder: Holder): boolean {
    let isChanged = false;
    for (const edit of this.edits) if (edit(root, exchange, holder)) isChanged = true;
    return isChanged;
  }
}

function compiled(edit: BodyEdit, path: PathPattern): Edit {
  switch (edit.op) {
    case 'set': {
      const to = partsOf(edit.path);
      const { value } = edit;
      if (typeof value !== 'string') return (root) => put(root, to, structuredClone(value));
      const template = templateOf(value, path, AS_TEXT);
      return (root, exchange, holder) => put(root, to, template(exchange, holder));
    }
    case 'remove': {
      const at = partsOf(edit.path);
      return (root) => take(root, at) !== undefined;
    }
    case 'rename':
      return moved(partsOf(edit.path), [...partsOf(edit.path).slice(0, -1), edit.to]);
    case 'move':
      return moved(partsOf(edit.from), partsOf(edit.path));
  }
}

const moved =
  (from: readonly string[], to: readonly string[]): Edit =>
  (root) => {
    const taken = take(root, from);
    if (!taken) return false;
    if (put(root, to, taken.value)) return true;
    taken.putBack();
    return false;
  };

type Container = Record<string, unknown> | unknown[];

const isContainer = (value: unknown): value is Container =>
  typeof value === 'object' && value !== null && !isLosslessNumber(value);

/** A value that was taken out. */
interface Taken {
  readonly value: unknown;
  putBack(): void;
}

/** Takes a value out; `undefined`: there is none. */
function take(root: unknown, at: readonly string[]): Taken | undefined {
  const parent = at.slice(0, -1).reduce(memberOf, root);
  const name = at.at(-1)!;
  if (!isContainer(parent)) return undefined;
  if (Array.isArray(parent)) {
    const index = indexIn(parent, name);
    if (index >= parent.length) return undefined;
    const [value] = parent.splice(index, 1);
    return { value, putBack: () => parent.splice(index, 0, value) };
  }
  if (!Object.hasOwn(parent, name)) return undefined;
  const { [name]: value } = parent;
  delete parent[name];
  return {
    value,
    putBack() {
      parent[name] = value;
    },
  };
}

/** Puts a value in, with the objects around it where there are none. Never through a value that is neither. */
function put(root: unknown, at: readonly string[], value: unknown): boolean {
  let parent = root;
  for (const name of at.slice(0, -1)) {
    if (!isContainer(parent)) return false;
    if (!Array.isArray(parent) && !Object.hasOwn(parent, name)) parent[name] = {};
    parent = memberOf(parent, name);
  }
  const name = at.at(-1)!;
  if (!isContainer(parent)) return false;
  if (!Array.isArray(parent)) parent[name] = value;
  else {
    const index = indexIn(parent, name);
    if (index > parent.length) return false;
    parent[index] = value;
  }
  return true;
}

function memberOf(value: unknown, name: string): unknown {
  if (!isContainer(value)) return undefined;
  if (Array.isArray(value)) return value[indexIn(value, name)];
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** RFC 6901 §4: digits without a leading zero, or "-" for what comes after the last. */
function indexIn(list: readonly unknown[], part: string): number {
  if (part === '-') return list.length;
  return /^(0|[1-9]\d{0,8})$/.test(part) ? Number(part) : Number.POSITIVE_INFINITY;
}
