export function HistoryPage() {
	return <p class="page">HistoryPage </p>;
}
