import { describe, expect, it } from '@jest/globals';
import { problemOf } from '@gatehouse/contracts';
import { GatehouseProblem } from './gatehouse-problem.js';

describe('GatehouseProblem', () => {
  it('carries every field of the problem document', () => {
    const document = problemOf('body-invalid', 'name is missing', 'req-1', [
      { field: 'name', rule: 'required' },
    ]);
    const problem = GatehouseProblem.from(400, JSON.stringify(document));
    expect(problem).toMatchObject(document);
    expect(problem.message).toBe('The body breaks a rule: name is missing');
  });

  it('stands for an answer that is no problem document', () => {
    const problem = GatehouseProblem.from(502, '<html>Bad Gateway</html>');
    expect(problem).toMatchObject({
      type: 'about:blank',
      status: 502,
      title: 'Bad Gateway',
      code: 'http-502',
    });
    expect(problem.message).not.toContain('<html>');
  });

  it('stands for an answer that is another kind of JSON', () => {
    expect(GatehouseProblem.from(500, '{"message":"no"}')).toMatchObject({ code: 'http-500' });
  });
});
