/* catalogues: the English words of every part, beside their German ones. */
import { en as common } from '../../../web/src/i18n/common.ts';
import { en as alert } from '../../../web/src/pages/alert/words.ts';
import { en as alerts } from '../../../web/src/pages/alerts/words.ts';

export const english: Record<string, Record<string, string>> = { common, alert, alerts };
