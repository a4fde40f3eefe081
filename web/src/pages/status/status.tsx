export function StatusPage() {
	return <p class="page">StatusPage </p>;
}
