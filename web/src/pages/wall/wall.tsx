export function WallPage() {
	return <p class="page">WallPage </p>;
}
