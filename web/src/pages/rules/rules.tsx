export function RulesPage() {
	return <p class="page">RulesPage </p>;
}
