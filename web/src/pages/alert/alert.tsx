export function AlertPage({ id }: { id: string }) {
	return <p class="page">AlertPage {id}</p>;
}
