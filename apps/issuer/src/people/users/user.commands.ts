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

export type UserCommand = CreateUser | UpdateUser | DisableUser | EnableUser | EraseUser;
