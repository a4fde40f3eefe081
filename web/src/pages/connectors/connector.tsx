export function ConnectorPage({ cluster, name }: { cluster: string; name: string }) {
	return <p class="page">ConnectorPage {cluster} {name}</p>;
}
