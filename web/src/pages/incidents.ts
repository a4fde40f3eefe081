/* incidents: the pages of what happens to connectors, fetched together: fewer, larger files compress better than one a page. */
export { AlertPage } from './alert/alert.tsx';
export { ConnectorPage } from './connectors/connector.tsx';
export { ConnectorsPage } from './connectors/connectors.tsx';
export { HistoryPage } from './history/history.tsx';
