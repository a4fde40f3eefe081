/* export: the range as CSV from the daemon, as JSON, or as Markdown for a postmortem. */
import { send } from '../../api/client.ts';
import { exactSpan } from '../../model/time.ts';
import type { Episode, List } from '../../model/types.ts';
import { href } from '../../router.ts';
import { say, sayFailed } from '../../state/toasts.ts';
import { common } from '../../i18n/common.ts';
import { plain } from '../alerts/export.ts';
import { copySaying, saveAs } from '../../ui/clipboard.ts';
import { Icon } from '../../ui/icon.tsx';
import { Choice, Menu } from '../../ui/menu.tsx';
import { nameOf } from '../../ui/marks.tsx';
import { w } from './words.ts';

type Query = Record<string, string | number | undefined>;

const pagesMax = 50;

async function asCsv(query: Query): Promise<void> {
	const response = await send('api/v1/history', { headers: { Accept: 'text/csv' } }, query);
	saveAs('tocsin-history.csv', 'text/csv;charset=utf-8', await response.text());
	if (response.headers.has('X-Truncated'))
		say('export', w('truncated'));
}

async function everything(query: Query): Promise<Episode[]> {
	const items: Episode[] = [];
	let cursor: string | undefined;
	for (let i = 0; i < pagesMax; i++) {
		const list: List<Episode> = await (await send('api/v1/history', {}, { ...query, cursor, limit: 500 })).json();
		items.push(...list.items);
		if (!list.next)
			break;
		cursor = list.next;
	}
	return items;
}

function line(episode: Episode): string {
	const taken = episode.acknowledged_by ? `, acknowledged by ${plain(episode.acknowledged_by)}${episode.time_to_ack_msec === null ? '' : ` after ${exactSpan(episode.time_to_ack_msec)}`}` : '';
	const text = `${episode.started_at} **${episode.max_severity}** ${episode.rule}: [${plain(nameOf(episode.labels))}](${href(`alerts/${encodeURIComponent(episode.id)}`)}) ${plain(episode.fact ?? '')}`;
	return `- ${text}, ${episode.still_open ? 'still open' : `lasted ${exactSpan(episode.duration_msec)}`}${taken}`;
}

async function tried(what: () => Promise<void>): Promise<void> {
	try {
		await what();
	} catch (problem) {
		sayFailed('export', w('exportFailed'), problem);
	}
}

export function ExportMenu({ query }: { query: Query }) {
	const json = async () => saveAs('tocsin-history.json', 'application/json', JSON.stringify(await everything(query), null, '\t'));
	const markdown = async () => copySaying((await everything(query)).map(line).join('\n'), common('copied'));
	return (
		<Menu class="button" button={<>{w('export')} <Icon name="down" /></>}>
			<Choice onClick={() => void tried(() => asCsv(query))}>{w('csv')}</Choice>
			<Choice onClick={() => void tried(json)}>{w('json')}</Choice>
			<Choice onClick={() => void tried(markdown)}>{w('markdown')}</Choice>
		</Menu>
	);
}
