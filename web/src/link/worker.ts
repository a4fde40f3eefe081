// The shared worker: owns the one stream of all tabs.
const scope = self as unknown as SharedWorkerGlobalScope;

scope.onconnect = (event) => event.ports[0]?.start();
