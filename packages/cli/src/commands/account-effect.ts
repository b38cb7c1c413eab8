import type { ServiceAccountEffect } from '@gatehouse/contracts';

const SAID = {
  suspended: 'suspended',
  resumed: 'resumed',
  narrowed: 'narrowed',
  revoked: 'revoked',
  accessTokens: 'access tokens ended',
} as const;
const COUNTED = Object.keys(SAID) as (keyof typeof SAID)[];

/** What happened to the tokens of an account, or would. */
export function effectText(effect: ServiceAccountEffect): string {
  const counts = COUNTED.filter((what) => effect[what] > 0).map((what) => `${effect[what]} ${SAID[what]}`);
  const said = counts.length === 0 ? 'none changed' : counts.join(', ');
  return effect.complete ? said : `${said}, and more`;
}

/** Repeats a step that reaches so many tokens a call, until none is left. @returns what all calls came to. */
export async function untilComplete<Answer>(
  step: () => Promise<Answer>,
  effectOf: (answer: Answer) => ServiceAccountEffect,
): Promise<{ answer: Answer; effect: ServiceAccountEffect }> {
  let answer = await step();
  let effect = effectOf(answer);
  while (!effect.complete) {
    answer = await step();
    effect = sum(effect, effectOf(answer));
  }
  return { answer, effect };
}

const sum = (so: ServiceAccountEffect, far: ServiceAccountEffect): ServiceAccountEffect => ({
  ...far,
  ...Object.fromEntries(COUNTED.map((what) => [what, so[what] + far[what]])),
});
