// What the build knows and tsc does not.
declare module "*.css";
// The shared worker's script, hashed, relative to <base>.
declare const WORKER_URL: string;
