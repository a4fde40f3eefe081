/* lazy: a part of the page that is fetched when it is first shown. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { common } from '../i18n/common.ts';

export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
	let Part: ComponentType<Props> | null = null;
	return function Lazy(props: Props) {
		const [, again] = useState(0), [problem, setProblem] = useState(false);
		useEffect(() => {
			if (!Part)
				load().then((part) => { Part = part; again((n) => n + 1); }, () => setProblem(true));
		}, []);
		if (Part)
			return <Part {...props} />;
		/* After an update of the daemon the old part is no longer there. */
		return problem ? <div class="empty"><p>{common('newVersion')}</p><button type="button" class="button" onClick={() => location.reload()}>{common('reload')}</button></div> : <p class="sr" role="status">{common('loading')}</p>;
	};
}
