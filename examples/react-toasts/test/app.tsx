/* A host application as small as it gets; the page's address says where the daemon is and what the token is. */
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { TocsinToasts } from '../src/index';
import '../src/toasts.css';

const asked = new URLSearchParams(location.search);
const heard: string[] = [];
Object.assign(window, { heard });

function App() {
	const [text, setText] = useState('');
	return (
		<StrictMode>
			<input value={text} onChange={(event) => setText(event.target.value)} />
			<TocsinToasts url={asked.get('url')!} token={asked.get('token') ?? undefined} onToast={(toast) => heard.push(toast.type)} />
		</StrictMode>
	);
}

createRoot(document.getElementById('app')!).render(<App />);
