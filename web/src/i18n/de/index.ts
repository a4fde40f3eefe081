/* German: every catalogue of the page; a key that lacks does not compile. */
import { alert } from './alert.ts';
import { alerts } from './alerts.ts';
import { common } from './common.ts';
import { connectors } from './connectors.ts';
import { delivery } from './delivery.ts';
import { history } from './history.ts';
import { rules } from './rules.ts';
import { status } from './status.ts';
import { wall } from './wall.ts';

export const german: Record<string, Record<string, string>> = { common, alert, alerts, connectors, delivery, history, rules, status, wall };
