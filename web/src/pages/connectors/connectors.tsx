export function ConnectorsPage() {
	return <p class="page">ConnectorsPage </p>;
}
