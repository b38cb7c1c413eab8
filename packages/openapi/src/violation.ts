import type { ErrorObject } from 'ajv';
import { below } from './json-pointer.js';

/** What a request breaks of the API's document. */
export interface Violation {
  /** JSON Pointer into the request: `/path/id`, `/query/page`, `/header/x-version`, `/body/items/0`. */
  readonly field: string;
  readonly rule: string;
  readonly fix: string;
}

/** A refusal lists so many. */
export const MAX_VIOLATIONS = 10;
const MAX_LISTED = 20;

/** @param field of the value that was checked. */
export const violationsOf = (errors: readonly ErrorObject[], field: string): Violation[] =>
  errors.slice(0, MAX_VIOLATIONS).map((error) => ({
    field: fieldOf(error, field),
    rule: ruleOf(error),
    fix: fixOf(error),
  }));

function fieldOf({ instancePath, keyword, params }: ErrorObject, field: string): string {
  const place = field + instancePath;
  if (keyword === 'required') return below(place, String(params['missingProperty']));
  if (keyword === 'additionalProperties') return below(place, String(params['additionalProperty']));
  if (keyword === 'unevaluatedProperties') return below(place, String(params['unevaluatedProperty']));
  return place;
}

const ruleOf = ({ keyword, message, params }: ErrorObject): string => {
  if (keyword === 'required') return 'is required';
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') return 'is not taken';
  if (keyword === 'enum') return `must be one of ${listed(params['allowedValues'])}`;
  if (keyword === 'const') return `must be ${JSON.stringify(params['allowedValue'])}`;
  return message ?? `breaks ${keyword}`;
};

/** What to do about it, by keyword; what is not here its rule says well enough. */
const FIXES: Readonly<Record<string, string>> = {
  required: 'Add it.',
  additionalProperties: 'Leave it out, or look for a mistyped name.',
  unevaluatedProperties: 'Leave it out, or look for a mistyped name.',
  false: 'Leave it out.',
  oneOf: 'Send what exactly one of the alternatives describes.',
  anyOf: 'Send what one of the alternatives describes.',
  uniqueItems: 'Send each item once.',
  not: 'Send something else: this is what is excluded.',
};

function fixOf({ keyword, params }: ErrorObject): string {
  const fix = FIXES[keyword];
  if (fix) return fix;
  if (keyword === 'type') return `Send it as ${[params['type']].flat().join(' or ')}.`;
  if (keyword === 'format') return `Write it as the format ${String(params['format'])} asks.`;
  if (keyword === 'pattern') return 'Write it as the pattern asks.';
  if (/^(min|exclusiveMin)/.test(keyword)) return `Send more: the least is ${String(params['limit'])}.`;
  if (/^(max|exclusiveMax)/.test(keyword)) return `Send less: the most is ${String(params['limit'])}.`;
  return 'Send what the rule asks for.';
}

const listed = (values: unknown): string => {
  if (!Array.isArray(values)) return 'those that the document lists';
  const shown = values.slice(0, MAX_LISTED).map((value) => JSON.stringify(value));
  return shown.join(', ') + (values.length > MAX_LISTED ? ', …' : '');
};
