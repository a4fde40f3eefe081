/* restart: the command that starts a connector's failed tasks again, to be copied into a shell. Names are hostile: what could
 * end the quotes is encoded or left out. Pure. */
export function restartCurl(worker: string | null | undefined, connector: string): string {
	const name = encodeURIComponent(connector).replace(/'/g, '%27');
	return `curl -X POST 'http://${(worker ?? 'localhost:8083').replace(/'/g, '')}/connectors/${name}/restart?includeTasks=true&onlyFailed=true'`;
}
