// The shared worker's URL: the only one that the page's Content-Security-Policy lets become a script from code (policy "tocsin").
export function workerUrl(): string | URL {
  const types = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): unknown } } }).trustedTypes;
  if (!types) return WORKER_URL;
  const policy = types.createPolicy("tocsin", { createScriptURL: () => WORKER_URL });
  return policy.createScriptURL(WORKER_URL) as string;
}
