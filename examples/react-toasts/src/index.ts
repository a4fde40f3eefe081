'use client';
export { TocsinToasts, type TocsinToastsProps } from './TocsinToasts';
export { useTocsinToasts, type TocsinToastsOptions, type TocsinFeed } from './useTocsinToasts';
export type { Shown, Toast } from './toasts';
export type { Status } from './stream';
