// What the build knows and tsc does not.
declare module "*.css";
declare module "*.css?sheet" {
	const text: string;
	export default text;
}
// The shared worker's script, hashed, relative to <base>.
declare const WORKER_URL: string;
