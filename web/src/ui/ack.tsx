/* ack: taking alerts: at once with the usual terms, or in the dialog with a comment and an end. The outcome is a toast with
 * Undo; what the daemon refused is said and nothing typed is lost. */
import { useState } from 'preact/hooks';
import { common } from '../i18n/common.ts';
import { acknowledge, comment, unacknowledge, type AckTerms, type Outcome } from '../state/commands.ts';
import { ackDialog, type AckWanted } from '../state/view.ts';
import { closeToastsOf, say, sayFailed } from '../state/toasts.ts';
import { Dialog } from './dialog.tsx';

export const terms = [['1h', 'for1h'], ['2h', 'for2h'], ['4h', 'for4h'], ['8h', 'for8h'], ['1d', 'for1d'], ['', 'untilResolved']] as const;

function report(outcomes: Outcome[]): void {
	const done = outcomes.filter((one) => one.ok).map((one) => one.id);
	const refused = outcomes.filter((one) => !one.ok);
	closeToastsOf(done);
	if (done.length)
		say(`ack ${done[0]}`, common('nAcked', { n: done.length }), null, { label: common('undo'), run: () => void giveUp(done) });
	if (refused.length)
		sayFailed('ack refused', common('ackFailed'), common('nFailed', { n: refused.length, why: refused[0]!.error?.message ?? '' }));
}

/* Also what undoes an acknowledgement. */
export async function giveUp(ids: string[]): Promise<void> {
	try {
		await unacknowledge(ids);
		say(`ack ${ids[0]}`, common('undone'));
	} catch (problem) {
		sayFailed(`ack ${ids[0]}`, common('undoFailed'), problem);
	}
}

/* Whether it worked; what went wrong has been said. */
export async function ack(ids: string[], how: AckTerms): Promise<boolean> {
	try {
		report(await acknowledge(ids, how));
		return true;
	} catch (problem) {
		sayFailed(`ack ${ids[0]}`, common('ackFailed'), problem);
		return false;
	}
}

async function sendComment(id: string, text: string): Promise<boolean> {
	try {
		await comment(id, text);
		return true;
	} catch (problem) {
		sayFailed(`comment ${id}`, common('failed'), problem);
		return false;
	}
}

function Form({ wanted }: { wanted: AckWanted }) {
	const [text, setText] = useState(''), [time, setTime] = useState('1h'), [sticky, setSticky] = useState(false), [busy, setBusy] = useState(false);
	const close = () => { ackDialog.value = null; };
	const submit = async (event: Event) => {
		event.preventDefault();
		setBusy(true);
		const done = wanted.kind === 'comment' ? await sendComment(wanted.ids[0]!, text) : await ack(wanted.ids, { comment: text.trim(), for: time, sticky });
		setBusy(false);
		if (done)
			close();
	};
	return (
		<Dialog title={wanted.title} onClose={close}>
			<form class="stack" onSubmit={submit}>
				<label class="field"><span>{common('comment')}</span>
					<textarea class="input" rows={3} maxLength={4096} required={wanted.kind === 'comment'} placeholder={common('commentHint')} value={text} onInput={(event) => setText(event.currentTarget.value)} autofocus />
				</label>
				{wanted.kind === 'ack' && (
					<>
						<label class="field"><span>{common('howLong')}</span>
							<select class="input" value={time} onChange={(event) => setTime(event.currentTarget.value)}>{terms.map(([value, word]) => <option key={value} value={value}>{common(word)}</option>)}</select>
						</label>
						<label class="choices"><input type="checkbox" class="check" checked={sticky} onChange={(event) => setSticky(event.currentTarget.checked)} />{common('alsoWorse')}</label>
					</>
				)}
				<footer>
					<button type="button" class="button" onClick={close}>{common('cancel')}</button>
					<button type="submit" class="button primary" disabled={busy}>{wanted.kind === 'ack' ? (wanted.ids.length > 1 ? common('acknowledgeN', { n: wanted.ids.length }) : common('acknowledge')) : common('comment')}</button>
				</footer>
			</form>
		</Dialog>
	);
}

export function AckDialog() {
	return ackDialog.value && <Form wanted={ackDialog.value} />;
}
