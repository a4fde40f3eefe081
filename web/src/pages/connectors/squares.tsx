/* squares: a square a task: running filled grey, failed red with a cross, paused with bars, the others outlined. */
import { rootCause } from '../../model/subject.ts';
import type { Task } from '../../model/types.ts';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icons.ts';
import { w } from './words.ts';

const squareMax = 24;

const looks = new Map<string, [icon: IconName, word: 'running' | 'failed' | 'paused' | 'stopped' | 'unassigned' | 'restarting']>([
	['RUNNING', ['task-running', 'running']], ['FAILED', ['task-failed', 'failed']], ['PAUSED', ['task-paused', 'paused']], ['STOPPED', ['task-paused', 'stopped']],
	['UNASSIGNED', ['task-unassigned', 'unassigned']], ['RESTARTING', ['task-restarting', 'restarting']],
]);

export function taskLook(state: string | null): [IconName, string] {
	const look = looks.get(state ?? '');
	return look ? [look[0], w(look[1])] : ['no-data', w('unknown')];
}

export function TaskSquares({ tasks }: { tasks: Task[] }) {
	const shown = tasks.length > squareMax ? [...tasks].sort((a, b) => Number(b.state !== 'RUNNING') - Number(a.state !== 'RUNNING')).slice(0, squareMax) : tasks;
	return (
		<span class="tasks">
			{shown.map((task) => {
				const [icon, word] = taskLook(task.state);
				const title = [`${w('nTasks', { n: task.task })}: ${word}`, task.worker, task.trace && rootCause(task.trace)].filter(Boolean).join(', ');
				return <span class="task-square" key={task.task} title={title}><Icon name={icon} title={title} /></span>;
			})}
			{tasks.length > shown.length && <span class="dim">{w('moreTasks', { n: tasks.length - shown.length })}</span>}
		</span>
	);
}
