/* house: the pages and dialogs about Tocsin itself, fetched together. */
export { DeliveryPage } from './delivery/delivery.tsx';
export { RulesPage } from './rules/rules.tsx';
export { StatusPage } from './status/status.tsx';
export { WallPage } from './wall/wall.tsx';
export { HelpDialog } from '../ui/help.tsx';
export { SettingsDialog } from '../ui/settings.tsx';
export { SignIn } from '../ui/sign_in.tsx';
