/** Injection token of the service's name, e.g. `issuer`. */
export const SERVICE_NAME = Symbol('service name');
