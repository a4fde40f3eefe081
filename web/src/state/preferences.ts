/* preferences: what one person set in this browser. */
import { stored } from './stored.ts';

export interface Preferences {
	theme: 'auto' | 'light' | 'dark' | 'contrast';
	language: 'auto' | 'en' | 'de';
	zone: 'local' | 'utc';
	toasts: 'all' | 'critical' | 'off';
	sound: 'off' | 'critical' | 'all';
	desktop: boolean;
	keys: boolean;
	name: string; /* how acknowledgements are signed where there are no tokens */
}

export const preferences = stored<Preferences>('tocsin.preferences', {
	theme: 'auto',
	language: 'auto',
	zone: 'local',
	toasts: 'all',
	sound: 'off',
	desktop: false,
	keys: true,
	name: '',
});

export function prefer(change: Partial<Preferences>): void {
	preferences.value = { ...preferences.value, ...change };
}
