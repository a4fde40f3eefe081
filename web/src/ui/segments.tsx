/* segments: one of a few, side by side. */
export function Segments<Value extends string>({ label, value, choices, onChange }: { label: string; value: Value; choices: readonly (readonly [Value, string])[]; onChange: (value: Value) => void }) {
	return (
		<span class="segments" role="group" aria-label={label}>
			{choices.map(([key, word]) => <button type="button" key={key} aria-pressed={key === value} onClick={() => onChange(key)}>{word}</button>)}
		</span>
	);
}
