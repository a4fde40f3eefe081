/* problem: what could not be read, beside what is known from before. */
import type { ApiError } from '../api/client.ts';
import { common } from '../i18n/common.ts';
import { Icon } from './icon.tsx';

export function Problem({ problem, again }: { problem: ApiError | null; again: () => void }) {
	if (!problem || problem.status === 401)
		return null;
	return (
		<div class="banner c-warn" role="alert">
			<Icon name="warning" class="c-warn" /><span class="grow"><b>{common('failed')}.</b> {problem.message}</span>
			<button type="button" class="button small" onClick={again}>{common('tryAgain')}</button>
		</div>
	);
}
