import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';

const Base64Url = z
  .string()
  .max(8_192)
  .regex(/^[A-Za-z0-9_-]+$/);
const inCommon = {
  id: Base64Url,
  rawId: Base64Url,
  type: z.literal('public-key'),
};

const Assertion = z.object({
  ...inCommon,
  response: z.object({
    clientDataJSON: Base64Url,
    authenticatorData: Base64Url,
    signature: Base64Url,
    userHandle: z.string().max(200).nullish(),
  }),
});

const Attestation = z.object({
  ...inCommon,
  response: z.object({
    clientDataJSON: Base64Url,
    attestationObject: Base64Url,
    transports: z.array(z.string().max(20)).max(10).default([]),
  }),
});

/** What the browser's `PublicKeyCredential` says, as the page's script sent it. `undefined`: anything else. */
export function assertionOf(text: string): AuthenticationResponseJSON | undefined {
  const parsed = Assertion.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { userHandle, ...response } = parsed.data.response;
  return {
    ...parsed.data,
    response: { ...response, ...(userHandle ? { userHandle } : {}) },
    clientExtensionResults: {},
  };
}

/** As {@link assertionOf}, of a new passkey. */
export function attestationOf(
  text: string,
): (RegistrationResponseJSON & { transports: string[] }) | undefined {
  const parsed = Attestation.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { transports, ...response } = parsed.data.response;
  return { ...parsed.data, response, transports, clientExtensionResults: {} };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
