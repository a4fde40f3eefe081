/* bulk: what can be done to the selected alerts, in the place above the heads. What is typed stays until it is done. */
import { useState } from 'preact/hooks';
import { common } from '../../i18n/common.ts';
import { href } from '../../router.ts';
import { alerts } from '../../state/alerts.ts';
import { may } from '../../state/session.ts';
import { ack, terms } from '../../ui/ack.tsx';
import { copySaying, saveAs } from '../../ui/clipboard.ts';
import { Icon } from '../../ui/icon.tsx';
import { csv, markdown } from './export.ts';
import { w } from './words.ts';

export function BulkBar({ ids, onClear }: { ids: string[]; onClear: () => void }) {
	const [comment, setComment] = useState(''), [time, setTime] = useState('1h'), [busy, setBusy] = useState(false);
	const list = ids.flatMap((id) => alerts.get(id) ?? []);
	const submit = async (event: Event) => {
		event.preventDefault();
		setBusy(true);
		const done = await ack(list.map((alert) => alert.id), { comment: comment.trim(), for: time });
		setBusy(false);
		if (done)
			onClear();
	};
	const copyAll = () => copySaying(markdown(list, (id) => href(`alerts/${encodeURIComponent(id)}`)), w('copiedN', { n: list.length }));
	return (
		<form class="bulk" aria-label={w('nSelected', { n: ids.length })} onSubmit={submit}>
			<b>{w('nSelected', { n: ids.length })}</b>
			{may('responder') && (
				<>
					<input class="input grow" value={comment} maxLength={4096} placeholder={common('commentHint')} aria-label={common('comment')} onInput={(event) => setComment(event.currentTarget.value)} />
					<select class="input" aria-label={common('howLong')} value={time} onChange={(event) => setTime(event.currentTarget.value)}>{terms.map(([value, word]) => <option key={value} value={value}>{common(word)}</option>)}</select>
					<button type="submit" class="button primary" disabled={busy || !list.length}>{common('acknowledgeN', { n: list.length })}</button>
				</>
			)}
			<button type="button" class="button quiet" onClick={() => void copyAll()}>{w('copyMarkdown')}</button>
			<button type="button" class="button quiet" onClick={() => saveAs('tocsin-alerts.csv', 'text/csv;charset=utf-8', csv(list))}>{common('csv')}</button>
			<button type="button" class="button bare small" aria-label={w('clearSelection')} onClick={onClear}><Icon name="close" /></button>
		</form>
	);
}
