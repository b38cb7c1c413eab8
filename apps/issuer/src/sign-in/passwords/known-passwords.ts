import { dictionary } from '@zxcvbn-ts/language-common';
import { DomainError } from '@gatehouse/kernel';

/** Shorter words are no base of a guess: leaving them in would refuse harmless endings. */
const MIN_BASE = 4;
/** The product's own name is what people think of in front of its form. */
const CONTEXT = ['gatehouse'];

let known: ReadonlySet<string> | undefined;

/** The 49,000 passwords found most often in published breaches; read when it is first needed. */
const breached = (): ReadonlySet<string> => (known ??= new Set(dictionary['passwords-common']));

/**
 * NIST SP 800-63B §3.1.1.2: refuses what is known to be guessed: breached passwords, also with a tail of digits and
 * signs, repetitions, and what is plain from the account itself. Nothing leaves the machine for it.
 * @param about what everybody knows of the person: name, address.
 * @throws DomainError `password-breached`.
 */
export function refuseKnownPassword(password: string, about: readonly string[]): void {
  const taken = [...CONTEXT, ...about.flatMap(wordsOf)];
  const plain = password.normalize('NFKC').toLowerCase();
  const isGuessed = (base: string) => breached().has(base) || taken.includes(base);
  if (!isMonotonous(plain) && !basesOf(plain).some(isGuessed)) return;
  const rule =
    'none that is known from breaches, repeats itself or is made of the name; several words are best';
  throw new DomainError('invalid', 'password-breached', `password: ${rule}`, {
    fields: [{ field: 'password', rule }],
  });
}

/** What somebody who guesses would have started from. */
function basesOf(password: string): string[] {
  const bare = password.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  return [password, bare]
    .flatMap((text) => [text, repeatedIn(text)])
    .filter((base) => base.length >= MIN_BASE);
}

/** `abcabcabc` → `abc`. */
const repeatedIn = (text: string): string => /^(.+?)\1+$/su.exec(text)?.[1] ?? text;

/** Three different characters or fewer. */
const isMonotonous = (text: string): boolean => new Set(text).size <= 3;

const wordsOf = (text: string): string[] => {
  const lower = text.normalize('NFKC').toLowerCase();
  return [lower, ...lower.split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length >= MIN_BASE);
};
