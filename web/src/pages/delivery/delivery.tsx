export function DeliveryPage() {
	return <p class="page">DeliveryPage </p>;
}
