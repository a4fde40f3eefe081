/* sign_in: over the page, not in its place: what somebody typed below it stays. */
import { useState } from 'preact/hooks';
import { ApiError, signedOut } from '../api/client.ts';
import { common } from '../i18n/common.ts';
import { retryNow } from '../link/client.ts';
import { arrived } from '../state/arrival.ts';
import { session, signIn } from '../state/session.ts';
import { Dialog } from './dialog.tsx';

export function SignIn() {
	const [token, setToken] = useState(''), [problem, setProblem] = useState('');
	const submit = async (event: Event) => {
		event.preventDefault();
		try {
			await signIn(token.trim());
			setToken('');
			setProblem('');
			retryNow();
			void arrived();
		} catch (error) {
			setProblem(error instanceof ApiError && error.status === 401 ? common('tokenWrong') : String((error as Error).message));
		}
	};
	const had = signedOut.value > 0 && session.value?.authenticated;
	return (
		<Dialog title={common('signInTitle')} onClose={() => {}} fixed>
			<form class="stack" onSubmit={submit}>
				{had && <p>{common('sessionEnded')}</p>}
				<label class="field"><span>{common('token')}</span>
					<input class="input" type="password" autocomplete="current-password" required autofocus value={token} aria-describedby="sign-in-note" onInput={(event) => setToken(event.currentTarget.value)} />
				</label>
				<p id="sign-in-note" class={problem ? 'problem' : 'dim'} role={problem ? 'alert' : undefined}>{problem || common('tokenHint')}</p>
				<footer><button type="submit" class="button primary">{common('signIn')}</button></footer>
			</form>
		</Dialog>
	);
}
