import { STATUS_CODES } from 'node:http';
import { Problem } from '@gatehouse/contracts';

/**
 * A refusal by a Gatehouse service: the RFC 9457 problem document as an `Error`.
 * A non-2xx answer from something in between (a proxy's HTML page) becomes one too, with `type: 'about:blank'`
 * (RFC 9457 §4.2.1) and a `code` such as `http-502`.
 */
export class GatehouseProblem extends Error implements Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable, machine-readable; `docs/problems/<code>.md` explains it. */
  readonly code: string;
  readonly requestId: string;
  readonly errors: Problem['errors'];

  /** @param problem the document as the service wrote it. */
  constructor(problem: Problem) {
    super(`${problem.title}: ${problem.detail}`);
    this.name = 'GatehouseProblem';
    this.type = problem.type;
    this.title = problem.title;
    this.status = problem.status;
    this.detail = problem.detail;
    this.code = problem.code;
    this.requestId = problem.requestId;
    this.errors = problem.errors;
  }

  /**
   * Reads a non-2xx answer.
   * @param status the HTTP status, which wins over the one in the document.
   * @param body the answer's text, of whatever kind.
   */
  static from(status: number, body: string): GatehouseProblem {
    const parsed = Problem.safeParse(jsonOf(body));
    return new GatehouseProblem(parsed.success ? { ...parsed.data, status } : blankProblem(status));
  }
}

function blankProblem(status: number): Problem {
  const title = STATUS_CODES[status] ?? 'Unknown status';
  const detail = `the answer was ${status} without a problem document; something in between may have written it`;
  return { type: 'about:blank', title, status, detail, code: `http-${status}`, requestId: '' };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
