/** Personal fields travel sealed under the person's own key: see `personal-fields.ts`. */
export interface CreateUser {
  kind: 'create';
  userId: string;
  personal: string;
}

export interface UpdateUser {
  kind: 'update';
  userId: string;
  personal: string;
}

export interface DisableUser {
  kind: 'disable';
  userId: string;
  reason: string;
}

export interface EnableUser {
  kind: 'enable';
  userId: string;
  reason: string;
}

/** Forgets who it was; that it was stays known. */
export interface EraseUser {
  kind: 'erase';
  userId: string;
}

/** The password itself is no part of any history. */
export interface ChangePassword {
  kind: 'change-password';
  userId: string;
  means: 'password' | 'reset-link';
}

export interface AllowReset {
  kind: 'allow-reset';
  userId: string;
  expiresAt: string;
}

export type UserCommand =
  | CreateUser
  | UpdateUser
  | DisableUser
  | EnableUser
  | EraseUser
  | ChangePassword
  | AllowReset;
